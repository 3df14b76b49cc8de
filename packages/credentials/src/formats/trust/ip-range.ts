/**
 * Addresses and ranges of them, of both versions of IP.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc4632 (CIDR), https://www.rfc-editor.org/rfc/rfc4291 (IPv6)
 * @module
 */
interface Range {
  readonly bytes: readonly number[]
  readonly prefixBits: number
}

/** undefined where one of them is no address. Without a prefix a range is one address. */
export function isInRange(address: string, range: string): boolean | undefined {
  const actual = parseAddress(address)
  const wanted = parseRange(range)
  if (!actual || !wanted) return undefined
  return actual.length === wanted.bytes.length && haveSamePrefix(actual, wanted)
}

function haveSamePrefix(actual: readonly number[], { bytes, prefixBits }: Range): boolean {
  return bytes.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, prefixBits - index * 8))
    const mask = (0xff << (8 - bits)) & 0xff
    return (byte & mask) === ((actual[index] ?? 0) & mask)
  })
}

function parseRange(text: string): Range | undefined {
  const [address = '', prefix, ...more] = text.split('/')
  const bytes = parseAddress(address)
  if (!bytes || more.length > 0) return undefined
  const longest = bytes.length * 8
  if (prefix === undefined) return { bytes, prefixBits: longest }
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest ? { bytes, prefixBits: Number(prefix) } : undefined
}

function parseAddress(text: string): number[] | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.')
  const bytes = parts.map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : Number.NaN))
  return bytes.length === 4 && bytes.every((byte) => byte <= 255) ? bytes : undefined
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(parseGroups)
  if (!head || (halves.length === 2 && !tail)) return undefined
  const zeros = 16 - head.length - (tail?.length ?? 0)
  if (tail ? zeros < 2 : zeros !== 0) return undefined
  return [...head, ...new Array<number>(zeros).fill(0), ...(tail ?? [])]
}

/** Groups of 16 bits; the last may be written as an IPv4 address. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  const bytes = groups.flatMap((group, index): (number | undefined)[] => {
    if (index === groups.length - 1 && group.includes('.')) return parseIpv4(group) ?? [undefined]
    return /^[0-9a-f]{1,4}$/i.test(group)
      ? [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]
      : [undefined]
  })
  return bytes.every((byte) => byte !== undefined) ? bytes : undefined
}
