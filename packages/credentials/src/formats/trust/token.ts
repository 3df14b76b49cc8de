/**
 * Tokens of OIDC issuers, as far as a trust policy is concerned: their claims, never verified.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc7519
 *         https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @module
 */
import { CredentialsError } from '../../errors.ts'
import { decodeBase64 } from '../base64.ts'
import { type JsonNode, parseJsonLines } from './json-lines.ts'

export interface WebIdentityToken {
  readonly issuer: string
  readonly subject: string | undefined
  readonly audiences: readonly string[]
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined
  readonly notBefore: number | undefined
  /** `none`, or it has no signature: STS will not take it. */
  readonly unsigned: boolean
  /** The texts of a claim; numbers and booleans as they are written. undefined: absent, null or an object. */
  claim(name: string): readonly string[] | undefined
  /** A claim that is an object. */
  member(name: string): ReadonlyMap<string, JsonNode> | undefined
  readonly claimNames: readonly string[]
}

const MAX_CHARACTERS = 20_000
const PART = /^[\w+/=-]+$/
const REMEDY = 'Name a file that holds an OIDC token (a JWT), and nothing else'

/**
 * White space around the token is passed over. Errors show nothing of it.
 *
 * @param file named by errors.
 * @throws CredentialsError `CONFIG_INVALID`
 */
export function readWebIdentityToken(text: string, file?: string): WebIdentityToken {
  const fail = (problem: string, remedy = REMEDY): CredentialsError =>
    new CredentialsError(problem, {
      code: 'CONFIG_INVALID',
      source: 'token',
      remedy,
      location: file === undefined ? undefined : { file },
    })

  const token = text.replace(/^\ufeff/, '').trim()
  if (token === '') throw fail('there is no token')
  if (token.length > MAX_CHARACTERS) throw fail('the token is longer than the 20,000 characters that STS takes')
  const parts = token.split('.')
  if (parts.length !== 3) throw fail(`the token is no JWT: it has ${describeParts(parts.length)} instead of three`)
  const [header = '', payload = '', signature = ''] = parts

  const head = decodeObject(header)
  if (!head) throw fail('the header of the token is not base64url of a JSON object')
  const claims = decodeObject(payload)
  if (!claims) throw fail('the claims of the token are not base64url of a JSON object')
  if (signature !== '' && !PART.test(signature)) throw fail('the signature of the token is not base64url')
  const issuer = textsOf(claims.get('iss'))
  if (issuer?.length !== 1 || !issuer[0])
    throw fail('the token does not say who issued it (iss)', 'Get an OIDC token: an access token will not do')

  const claim = (name: string): readonly string[] | undefined => textsOf(claims.get(name))
  return {
    issuer: issuer[0],
    subject: claim('sub')?.[0],
    audiences: claim('aud') ?? [],
    expiresAt: secondsOf(claim('exp')),
    notBefore: secondsOf(claim('nbf')),
    unsigned: signature === '' || textsOf(head.get('alg'))?.[0]?.toLowerCase() === 'none',
    claim,
    member: (name) => membersOf(claims.get(name)),
    claimNames: [...claims.keys()],
  }
}

/** Texts, numbers and booleans, alone or in a list. */
export function textsOf(node: JsonNode | undefined): readonly string[] | undefined {
  if (!node || node.kind === 'null' || node.kind === 'object') return undefined
  if (node.kind !== 'array') return [node.text]
  return node.items.flatMap((item) => (item.kind === 'array' ? [] : (textsOf(item) ?? [])))
}

function membersOf(node: JsonNode | undefined): ReadonlyMap<string, JsonNode> | undefined {
  return node?.kind === 'object' ? new Map(node.members.map(({ name, value }) => [name, value])) : undefined
}

function decodeObject(part: string): ReadonlyMap<string, JsonNode> | undefined {
  const bytes = PART.test(part) ? decodeBase64(part) : undefined
  const node = bytes && parseJsonLines(decodeText(bytes))
  return node?.kind === 'object' ? membersOf(node) : undefined
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return ''
  }
}

function secondsOf(texts: readonly string[] | undefined): number | undefined {
  const seconds = Number(texts?.[0])
  return texts?.[0] !== undefined && Number.isFinite(seconds) ? seconds : undefined
}

function describeParts(count: number): string {
  return count === 1 ? 'one part' : `${count > 9 ? 'many' : count} parts`
}
