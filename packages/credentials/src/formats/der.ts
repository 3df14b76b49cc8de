/** DER, as far as private keys and signatures need it: values put together, and PEM text around them. */

export const DER_INTEGER = 0x02
export const DER_BIT_STRING = 0x03
export const DER_OCTET_STRING = 0x04
export const DER_OBJECT_ID = 0x06
export const DER_SEQUENCE = 0x30

/** A tag, the length, and the parts one after the other. */
export function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
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
  const lines = btoa(String.fromCharCode(...der)).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** The first block with one of these labels; undefined where there is none, or it is no base64. */
export function decodePem(text: string, ...labels: readonly string[]): { label: string; der: Uint8Array } | undefined {
  const block = new RegExp(`-----BEGIN (${labels.join('|')})-----([A-Za-z0-9+/=\\s]+)-----END \\1-----`).exec(text)
  const [, label = '', base64 = ''] = block ?? []
  const der = decodeBase64(base64)
  return block && der ? { label, der } : undefined
}

/** Of both alphabets, white space aside; undefined for what is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  try {
    const plain = text.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/')
    return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
