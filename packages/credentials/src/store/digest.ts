/** The digest that names and guards entries. In plain JavaScript: the first use of the platform's costs a start 5 ms. */
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)))
}

/** Names files of the AWS CLI. */
export function sha1Hex(text: string): string {
  return bytesToHex(sha1(utf8ToBytes(text)))
}
