/** DER, as far as private keys need it: values put together, and PEM text around them. */
import { decodeBase64, encodeBase64 } from './base64.ts'

export const DER_INTEGER = 0x02
export const DER_BIT_STRING = 0x03
export const DER_OCTET_STRING = 0x04
export const DER_OBJECT_ID = 0x06
export const DER_SEQUENCE = 0x30

/** A tag, the length, and the parts one after the other. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const content = parts.flatMap((part) => [...part])
  return Uint8Array.from([tag, ...encodeLength(content.length), ...content])
}

function encodeLength(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff)
  return [0x80 | bytes.length, ...bytes]
}

export function encodePem(label: string, der: Uint8Array): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

export interface PemBlock {
  readonly label: string
  readonly der: Uint8Array<ArrayBuffer>
}

/** The blocks with one of these labels, in order. What stands between them is not looked at. */
export function decodePem(text: string, ...labels: readonly string[]): PemBlock[] {
  const block = new RegExp(`-----BEGIN (${labels.join('|')})-----([A-Za-z0-9+/=\\s]+)-----END \\1-----`, 'g')
  return [...text.matchAll(block)].flatMap(([, label = '', base64 = '']) => {
    const der = decodeBase64(base64)
    return der ? { label, der } : []
  })
}

export interface DerValue {
  readonly tag: number
  readonly content: Uint8Array<ArrayBuffer>
}

/** The values that stand one after the other; none where one of them is cut off. */
export function decodeDer(bytes: Uint8Array<ArrayBuffer>): DerValue[] {
  const values: DerValue[] = []
  for (let at = 0; at < bytes.length; ) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2)
    const lengthBytes = first < 0x80 ? [first] : [...bytes.subarray(at + 2, at + 2 + (first & 0x7f))]
    const start = at + 2 + (first < 0x80 ? 0 : lengthBytes.length)
    const end = start + lengthBytes.reduce((length, byte) => length * 256 + byte, 0)
    if (at + 2 > bytes.length || end > bytes.length) return []
    values.push({ tag, content: bytes.slice(start, end) })
    at = end
  }
  return values
}

/** What is in the first value: a sequence, or something wrapped around one. */
export function openDer(bytes: Uint8Array<ArrayBuffer> | undefined): DerValue[] {
  const [value] = bytes ? decodeDer(bytes) : []
  return value ? decodeDer(value.content) : []
}

export function encodeHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
