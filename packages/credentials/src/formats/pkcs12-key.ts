/**
 * The keys that old PKCS#12 files are encrypted with, made of a passphrase.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc7292#appendix-B
 * @module
 */
type Bytes = Uint8Array<ArrayBuffer>

/** What the bytes are for: others come out for each. */
export type KeyPurpose = 'key' | 'iv'

const PURPOSES: Readonly<Record<KeyPurpose, number>> = { key: 1, iv: 2 }
/** Of SHA-1, as the source calls it `v`. */
const BLOCK_BYTES = 64

export interface KeyDerivation {
  readonly passphrase: string
  readonly salt: Uint8Array
  readonly iterations: number
  readonly sha1: (bytes: Bytes) => Uint8Array
}

export function derivePkcs12Key(purpose: KeyPurpose, lengthBytes: number, from: KeyDerivation): Bytes {
  const { passphrase, salt, iterations, sha1 } = from
  const diversifier = new Uint8Array(BLOCK_BYTES).fill(PURPOSES[purpose])
  let seed = Uint8Array.from([...fillBlocks(salt), ...fillBlocks(encodeBmp(passphrase))])
  const made: number[] = []
  while (made.length < lengthBytes) {
    let digest = Uint8Array.from([...diversifier, ...seed])
    for (let round = 0; round < iterations; round++) digest = new Uint8Array(sha1(digest))
    made.push(...digest)
    seed = addToBlocks(seed, fillBlocks(digest).subarray(0, BLOCK_BYTES))
  }
  return Uint8Array.from(made.slice(0, lengthBytes))
}

/** Two bytes for each unit, the higher first, and a zero at the end. */
function encodeBmp(text: string): Bytes {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
  return Uint8Array.from([...units, 0].flatMap((unit) => [unit >> 8, unit & 0xff]))
}

/** Said again and again, until whole blocks are full. */
function fillBlocks(bytes: Uint8Array): Bytes {
  const length = Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES
  return Uint8Array.from({ length }, (_, at) => bytes[at % bytes.length] ?? 0)
}

/** Each block and the other one, as large numbers, and 1. What is carried out of a block is lost. */
function addToBlocks(blocks: Bytes, other: Bytes): Bytes {
  const sums = Uint8Array.from(blocks)
  for (let block = 0; block < sums.length; block += BLOCK_BYTES) {
    let carry = 1
    for (let at = BLOCK_BYTES - 1; at >= 0; at--) {
      const sum = (sums[block + at] ?? 0) + (other[at] ?? 0) + carry
      sums[block + at] = sum & 0xff
      carry = sum >> 8
    }
  }
  return sums
}
