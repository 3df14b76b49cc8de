/**
 * JSON Web Tokens: put together before they are signed, and decoded without a look at the signature.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc7515
 * @module
 */
import { decodeBase64, encodeBase64Url } from './base64.ts'
import { type JsonObject, parseJsonObject } from './json.ts'

/** What is signed: header and claims. */
export function encodeUnsigned(header: object, claims: object): string {
  return [header, claims].map((part) => encodeBase64Url(new TextEncoder().encode(JSON.stringify(part)))).join('.')
}

const THREE_PARTS = /^[\w-]+={0,2}\.[\w-]+={0,2}\.[\w-]*={0,2}$/

/** A token that was cut or changed on its way. What has no dots at all may be a token of another kind. */
export function isDamaged(token: string): boolean {
  return token.includes('.') && !THREE_PARTS.test(token)
}

/** One, or a list of them. */
export function readAudiences({ aud }: JsonObject): string[] {
  return [aud].flat().filter((audience) => typeof audience === 'string')
}

/** undefined for what is no token. */
export function readClaims(token: string): JsonObject | undefined {
  const [, claims, signature, ...more] = token.split('.')
  const bytes = claims && signature !== undefined && more.length === 0 ? decodeBase64(claims) : undefined
  return bytes && parseJsonObject(new TextDecoder().decode(bytes))
}
