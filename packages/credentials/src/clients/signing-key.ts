/**
 * A private key of any of the usual kinds, ready to sign the way AWS has certificates sign.
 *
 * Source  https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html
 * @module
 */
import { DER_INTEGER, DER_SEQUENCE, encodeDer } from '../formats/der.ts'
import { readPrivateKey, signingAlgorithm } from '../formats/private-key.ts'
import type { Host } from '../model/host.ts'
import { decrypt } from './decryption.ts'

export interface SigningKey {
  readonly kind: 'RSA' | 'ECDSA'
  sign(text: string): Promise<Uint8Array>
}

/**
 * @param readPassphrase asked where the key is encrypted.
 * @returns what is wrong, as the end of a sentence, where the key cannot be used.
 */
export async function openSigningKey(
  host: Host,
  pem: string,
  readPassphrase: (() => Promise<string>) | undefined,
): Promise<SigningKey | string> {
  const found = readPrivateKey(pem)
  if (!found) return 'is no private key in PEM, or encrypted in an old way'
  if (!(found instanceof Uint8Array) && !readPassphrase) return 'is encrypted, and no passphrase is given'
  const pkcs8 = found instanceof Uint8Array ? found : await decrypt(host, found, (await readPassphrase?.()) ?? '')
  if (pkcs8 === 'old') return 'is encrypted in an old way'
  return pkcs8 ? importKey(pkcs8) : 'is not encrypted with the passphrase given'
}

/** As {@link openSigningKey}, of the DER of PKCS#8. */
export async function importKey(pkcs8: Uint8Array<ArrayBuffer>): Promise<SigningKey | string> {
  const algorithm = signingAlgorithm(pkcs8)
  const key = algorithm && (await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']).catch(() => {}))
  if (!key) return 'is neither an RSA key nor one on P-256, P-384 or P-521'
  const isEc = algorithm.name === 'ECDSA'
  return {
    kind: isEc ? 'ECDSA' : 'RSA',
    async sign(text) {
      const bytes = new Uint8Array(await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(text)))
      return isEc ? encodeEcSignature(bytes) : bytes
    },
  }
}

/** WebCrypto gives r and s one after the other, X.509 has them as a sequence of integers. */
function encodeEcSignature(bytes: Uint8Array): Uint8Array {
  const half = bytes.length / 2
  const integers = [bytes.subarray(0, half), bytes.subarray(half)].map((part) => {
    const from = part.findIndex((byte) => byte !== 0)
    const digits = [...part.subarray(Math.max(from, 0))]
    return encodeDer(DER_INTEGER, Uint8Array.from((digits[0] ?? 0) < 0x80 ? digits : [0, ...digits]))
  })
  return encodeDer(DER_SEQUENCE, ...integers)
}
