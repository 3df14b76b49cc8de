/**
 * X.509 certificates in PEM files, as far as signing with them needs it.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc5280
 * @module
 */
import { encodeBase64 } from './base64.ts'
import { DER_INTEGER, decodeDer, decodePem, encodeHex, openDer } from './der.ts'

export interface Certificate {
  /** base64 of the DER. */
  readonly data: string
  /** Decimal. */
  readonly serialNumber: string
}

/** All of a file, in order; undefined where there is none, or one of them is torn. */
export function readCertificates(pem: string): readonly [Certificate, ...Certificate[]] | undefined {
  const certificates: Certificate[] = []
  for (const { der } of decodePem(pem, 'CERTIFICATE')) {
    const [signed] = openDer(der)
    const serial = decodeDer(signed?.content ?? new Uint8Array()).find(({ tag }) => tag === DER_INTEGER)
    if (!serial) return undefined
    const serialNumber = BigInt(`0x${encodeHex(serial.content) || '0'}`).toString()
    certificates.push({ data: encodeBase64(der), serialNumber })
  }
  const [first, ...others] = certificates
  return first && [first, ...others]
}
