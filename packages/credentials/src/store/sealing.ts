/**
 * Entries that only the holder of the store's key can read: AES-256-GCM, each for its own name, so that none can stand in for
 * another.
 *
 * Source  https://csrc.nist.gov/pubs/sp/800/38/d/final
 * @module
 */
import { decodeBase64, encodeBase64 } from '../formats/base64.ts'
import { parseJsonObject, readText } from '../formats/json.ts'
import type { Host } from '../model/host.ts'
import { sha256Hex } from './digest.ts'
import type { StoreKey } from './store-key.ts'

const ALGORITHM = 'AES-GCM'
const NONCE_BYTES = 12

export async function sealText(key: StoreKey, name: string, text: string, host: Host): Promise<string> {
  const nonce = makeNonce(host)
  const sealed = await crypto.subtle.encrypt(parameters(name, nonce), await importKey(key), encode(text))
  return format(Uint8Array.from([...nonce, ...new Uint8Array(sealed)]))
}

/** undefined for what this key has not sealed under this name. */
export async function openText(key: StoreKey, name: string, text: string): Promise<string | undefined> {
  const bytes = readSealed(text)
  if (!bytes) return undefined
  try {
    const opening = parameters(name, bytes.subarray(0, NONCE_BYTES))
    const opened = await crypto.subtle.decrypt(opening, await importKey(key), bytes.subarray(NONCE_BYTES))
    return new TextDecoder().decode(opened)
  } catch {
    return undefined // another key, another name, a turned bit
  }
}

/** Whatever the key. */
export function isSealedText(text: string): boolean {
  return readSealed(text) !== undefined
}

function readSealed(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = decodeBase64(readText(parseJsonObject(text) ?? {}, 'sealed') ?? '')
  return bytes && format(bytes) === text ? bytes : undefined
}

function format(bytes: Uint8Array): string {
  return JSON.stringify({ sealed: encodeBase64(bytes) })
}

function parameters(name: string, iv: Uint8Array<ArrayBuffer>) {
  return { name: ALGORITHM, iv, additionalData: encode(name) }
}

function importKey({ bytes }: StoreKey) {
  return crypto.subtle.importKey('raw', Uint8Array.from(bytes), ALGORITHM, false, ['encrypt', 'decrypt'])
}

/** Of 122 random bits: no two of a key's nonces are the same. */
function makeNonce({ randomUuid }: Host): Uint8Array<ArrayBuffer> {
  const digest = sha256Hex(randomUuid()).match(/../g) ?? []
  return Uint8Array.from(digest.slice(0, NONCE_BYTES), (pair) => Number.parseInt(pair, 16))
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
