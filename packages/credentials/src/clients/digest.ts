/** Digests of texts, by the platform's own cryptography: its first use costs a start 5 ms. */
import { encodeBase64Url } from '../formats/base64.ts'
import { encodeHex } from '../formats/der.ts'

/** As file names of caches have it: hexadecimal. */
export async function sha1Hex(text: string): Promise<string> {
  return encodeHex(await digest('SHA-1', text))
}

/** As {@link sha1Hex}. */
export async function sha256Hex(text: string): Promise<string> {
  return encodeHex(await digest('SHA-256', text))
}

/** As a code challenge has it: base64url without padding. */
export async function sha256Base64Url(text: string): Promise<string> {
  return encodeBase64Url(await digest('SHA-256', text))
}

async function digest(algorithm: 'SHA-1' | 'SHA-256', text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, new TextEncoder().encode(text)))
}
