/**
 * The way through the browser: the address that a person opens to sign in, and what comes back from there.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/reference/login/index.html
 *         https://www.rfc-editor.org/rfc/rfc7636
 * @module
 */
import { decodeBase64 } from './base64.ts'

export interface Authorization {
  readonly clientId: string
  readonly state: string
  readonly redirectUri: string
  /** base64url of the SHA-256 of the verifier. */
  readonly codeChallenge: string
}

export interface LoginAnswer {
  readonly state: string | undefined
  readonly code: string | undefined
  /** The person, or the service, said no. */
  readonly error: string | undefined
}

/** @param authorize the address of the service's page. */
export function authorizeUrl(authorize: URL, { clientId, state, redirectUri, codeChallenge }: Authorization): URL {
  const url = new URL(authorize)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    state,
    code_challenge_method: 'SHA-256', // this service's name for S256
    scope: 'openid',
    redirect_uri: redirectUri,
    code_challenge: codeChallenge,
  }).toString()
  return url
}

/** Takes what a browser was sent back with, as address or query, and what the page shows to copy: the same in base64. */
export function parseLoginAnswer(text: string): LoginAnswer {
  const plain = text.includes('=') && /[?&]|^(state|code|error)=/.test(text) ? text : decode(text)
  const query = new URLSearchParams(plain.trim().replace(/^[^?]*\?/, ''))
  const read = (name: string): string | undefined => query.get(name) || undefined
  return { state: read('state'), code: read('code'), error: read('error') }
}

function decode(text: string): string {
  return new TextDecoder().decode(decodeBase64(text))
}
