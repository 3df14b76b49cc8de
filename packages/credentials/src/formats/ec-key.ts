/**
 * A new P-256 private key as session files hold it: SEC1 (`EC PRIVATE KEY`), as the AWS CLI writes it.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc5915
 * @module
 */
import { decodeBase64 } from './base64.ts'
import {
  DER_BIT_STRING,
  DER_INTEGER,
  DER_OBJECT_ID,
  DER_OCTET_STRING,
  DER_SEQUENCE,
  encodeDer,
  encodePem,
} from './der.ts'

const P256 = encodeDer(DER_OBJECT_ID, Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07))

/** As SEC1: every SDK reads that. */
export function writeEcKey({ d, x, y }: { d?: string; x?: string; y?: string }): string {
  const bytesOf = (part = ''): Uint8Array => decodeBase64(part) ?? new Uint8Array()
  const point = encodeDer(DER_BIT_STRING, Uint8Array.of(0, 4), bytesOf(x), bytesOf(y))
  const version = encodeDer(DER_INTEGER, Uint8Array.of(1))
  const secret = encodeDer(DER_OCTET_STRING, bytesOf(d))
  const der = encodeDer(DER_SEQUENCE, version, secret, encodeDer(0xa0, P256), encodeDer(0xa1, point))
  return encodePem('EC PRIVATE KEY', der)
}
