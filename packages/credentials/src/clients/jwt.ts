/**
 * JSON Web Tokens, by a library that is loaded only here: DPoP proofs, the keys that sign them, who a token is for.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc9449
 * @module
 */
import { readEcKey, writeEcKey } from '../formats/ec-key.ts'
import type { Host } from '../model/host.ts'

/**
 * Proof that the sender of one request holds the key that its token is bound to.
 *
 * @param pem a P-256 key, SEC1 or PKCS#8.
 * @returns undefined where that is no such key.
 */
export async function createDpopProof(host: Host, pem: string, url: URL): Promise<string | undefined> {
  const { exportJWK, importPKCS8, SignJWT } = await import('jose')
  const pkcs8 = readEcKey(pem)
  const key = pkcs8 && (await importPKCS8(pkcs8, 'ES256', { extractable: true }).catch(() => undefined))
  if (!key) return undefined
  const { kty = '', crv = '', x = '', y = '' } = await exportJWK(key)
  return new SignJWT({ htm: 'POST', htu: url.href })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })
    .setIssuedAt(Math.floor(host.now() / 1000))
    .setJti(host.randomUuid())
    .sign(key)
}

/** A new P-256 key as PEM, SEC1: the AWS SDKs read no other kind for sure. */
export async function createDpopKey(): Promise<string> {
  const { exportJWK, generateKeyPair } = await import('jose')
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return writeEcKey(await exportJWK(privateKey))
}

/** Decoded, not verified: the token comes from its issuer. undefined where it names nobody. */
export async function readSubject(token: string): Promise<string | undefined> {
  const { decodeJwt } = await import('jose')
  try {
    return decodeJwt(token).sub
  } catch {
    return undefined
  }
}
