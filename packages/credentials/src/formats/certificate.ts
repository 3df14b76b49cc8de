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
  /** It names itself as its issuer. */
  readonly isRoot: boolean
}

/** All of a file, in order; undefined where there is none, or one of them is torn. */
export function readCertificates(pem: string): readonly [Certificate, ...Certificate[]] | undefined {
  const certificates = decodePem(pem, 'CERTIFICATE').map(({ der }) => readCertificate(der))
  const [first, ...others] = certificates.filter((certificate) => certificate !== undefined)
  return first && others.length === certificates.length - 1 ? [first, ...others] : undefined
}

/** undefined for what is no certificate. */
export function readCertificate(der: Uint8Array<ArrayBuffer>): Certificate | undefined {
  const [signed] = openDer(der)
  const fields = decodeDer(signed?.content ?? new Uint8Array())
  const serial = fields.findIndex(({ tag }) => tag === DER_INTEGER)
  const [number, , issuer, , subject] = fields.slice(Math.max(serial, 0))
  if (serial < 0 || !number) return undefined
  return {
    data: encodeBase64(der),
    serialNumber: BigInt(`0x${encodeHex(number.content) || '0'}`).toString(),
    isRoot: issuer !== undefined && subject !== undefined && encodeHex(issuer.content) === encodeHex(subject.content),
  }
}
