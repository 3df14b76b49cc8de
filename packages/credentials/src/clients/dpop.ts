/**
 * Proofs of possession (DPoP): that the sender of a request holds the key that its token is bound to.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc9449
 * @module
 */
import { encodeBase64Url } from '../formats/base64.ts'
import { writeEcKey } from '../formats/ec-key.ts'
import { encodeUnsigned } from '../formats/jwt.ts'
import { readPrivateKey } from '../formats/private-key.ts'
import type { Host } from '../model/host.ts'

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * Good for one POST.
 *
 * @param pem a P-256 key, SEC1 or PKCS#8.
 * @param now epoch milliseconds.
 * @returns undefined where that is no such key.
 */
export async function createDpopProof(
  host: Host,
  pem: string,
  url: URL,
  now: number = host.now(),
): Promise<string | undefined> {
  const der = readPrivateKey(pem)
  if (!(der instanceof Uint8Array)) return undefined
  const key = await crypto.subtle.importKey('pkcs8', der, ECDSA, true, ['sign']).catch(() => undefined)
  if (!key) return undefined
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key)
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } }
  const claims = { htm: 'POST', htu: url.href, iat: Math.floor(now / 1000), jti: host.randomUuid() }
  const unsigned = encodeUnsigned(header, claims)
  const signature = await crypto.subtle.sign(ECDSA, key, new TextEncoder().encode(unsigned))
  return `${unsigned}.${encodeBase64Url(new Uint8Array(signature))}`
}

/** A new P-256 key as PEM, SEC1: the AWS SDKs read no other kind for sure. */
export async function createDpopKey(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  return writeEcKey(await crypto.subtle.exportKey('jwk', privateKey))
}
