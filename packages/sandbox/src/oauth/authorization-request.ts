/**
 * What a client asks for when it sends a person's browser to a sign-in page, and what binds the answer to the client.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 *         https://www.rfc-editor.org/rfc/rfc7636
 * @module
 */
import { createHash } from 'node:crypto'
import { isSame } from '../sigv4.ts'

const CHALLENGE = /^[\w-]{43}$/
const VERIFIER = /^[\w.~-]{43,128}$/

export interface AuthorizationRules {
  /** The name that the service gives to SHA-256. */
  readonly challengeMethod: string
  readonly scopeParameter: string
  readonly allowedScopes: readonly string[]
}

/** What comes back with a code, and what the code is bound to. */
export interface Authorization {
  readonly redirectUri: string
  readonly challenge: string
}

/** Undefined where nothing is wrong; else the parameters to send the browser back with. */
export function findProblem(
  query: URLSearchParams,
  { challengeMethod, scopeParameter, allowedScopes }: AuthorizationRules,
): { readonly error: string; readonly error_description: string } | undefined {
  if (query.get('response_type') !== 'code')
    return { error: 'unsupported_response_type', error_description: 'response_type is to be code' }
  if (query.get('code_challenge_method') !== challengeMethod)
    return { error: 'invalid_request', error_description: `code_challenge_method is to be ${challengeMethod}` }
  if (!CHALLENGE.test(query.get('code_challenge') ?? ''))
    return { error: 'invalid_request', error_description: 'code_challenge is to be a SHA-256 hash in base64url' }
  const scopes = (query.get(scopeParameter) ?? '').split(' ').filter((scope) => scope !== '')
  if (!scopes.every((scope) => allowedScopes.includes(scope)))
    return { error: 'invalid_scope', error_description: 'A scope was asked for that the client may not have' }
  return undefined
}

export function isAnswerTo(challenge: string, verifier: string): boolean {
  return VERIFIER.test(verifier) && isSame(createHash('sha256').update(verifier).digest('base64url'), challenge)
}
