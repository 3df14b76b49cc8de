import type { Random } from './random.ts'

export const MAX_INPUT_BYTES = 64 * 1024

/** What a mutation may take from: other inputs, and words that mean something to the parser. */
export interface Material {
  readonly corpus: readonly Uint8Array[]
  readonly words: readonly Uint8Array[]
}

type Mutation = (input: Uint8Array, random: Random, material: Material) => Uint8Array

const ODD_BYTES = [0x00, 0x09, 0x0a, 0x0b, 0x0d, 0x1b, 0x20, 0x22, 0x26, 0x3c, 0x5b, 0x5c, 0x7b, 0x7f, 0x85, 0xa0, 0xff]

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  function flipBit(input, random) {
    const out = input.slice()
    const at = random.below(out.length)
    if (out.length > 0) out[at] = (out[at] ?? 0) ^ (1 << random.below(8))
    return out
  },
  function replaceByte(input, random) {
    const out = input.slice()
    if (out.length > 0) out[random.below(out.length)] = oddByte(random)
    return out
  },
  function insertByte(input, random) {
    return insert(input, random.below(input.length + 1), Uint8Array.of(oddByte(random)))
  },
  function insertWord(input, random, { words }) {
    return insert(input, random.below(input.length + 1), random.pick(words) ?? new Uint8Array())
  },
  function overwriteByWord(input, random, { words }) {
    const word = random.pick(words) ?? new Uint8Array()
    const at = random.below(input.length + 1)
    return join(input.subarray(0, at), word, input.subarray(Math.min(input.length, at + word.length)))
  },
  function replaceTokenByWord(input, random, { words }) {
    const [start, end] = someToken(input, random)
    return join(input.subarray(0, start), random.pick(words) ?? new Uint8Array(), input.subarray(end))
  },
  function removePiece(input, random) {
    const [start, end] = somePiece(input, random)
    return join(input.subarray(0, start), input.subarray(end))
  },
  function repeatPiece(input, random) {
    const [start, end] = somePiece(input, random)
    return insert(input, end, repeat(input.subarray(start, end), 1 + random.below(4)))
  },
  function movePiece(input, random) {
    const [start, end] = somePiece(input, random)
    const rest = join(input.subarray(0, start), input.subarray(end))
    return insert(rest, random.below(rest.length + 1), input.subarray(start, end))
  },
  function removeLine(input, random) {
    const [start, end] = someLine(input, random)
    return join(input.subarray(0, start), input.subarray(end))
  },
  function repeatLine(input, random) {
    const [start, end] = someLine(input, random)
    return insert(input, end, input.subarray(start, end))
  },
  function moveLine(input, random) {
    const [start, end] = someLine(input, random)
    const rest = join(input.subarray(0, start), input.subarray(end))
    return insert(rest, someLine(rest, random)[0], input.subarray(start, end))
  },
  function splice(input, random, { corpus }) {
    const other = random.pick(corpus) ?? new Uint8Array()
    return join(input.subarray(0, random.below(input.length + 1)), other.subarray(random.below(other.length + 1)))
  },
  function insertPieceOfAnother(input, random, { corpus }) {
    const other = random.pick(corpus) ?? new Uint8Array()
    const [start, end] = somePiece(other, random)
    return insert(input, random.below(input.length + 1), other.subarray(start, end))
  },
  function truncate(input, random) {
    return input.slice(0, random.below(input.length + 1))
  },
]

/** Seldom: it makes inputs as large as they may be, and those take long. */
function blowUp(input: Uint8Array, random: Random, { words }: Material): Uint8Array {
  const [start, end] = random.chance(0.5) ? somePiece(input, random) : [0, 0]
  const piece = end > start ? input.subarray(start, end) : (random.pick(words) ?? Uint8Array.of(oddByte(random)))
  const times = Math.floor((MAX_INPUT_BYTES - input.length) / Math.max(1, piece.length))
  return insert(
    input,
    random.below(input.length + 1),
    repeat(piece, Math.max(0, Math.min(times, 1 << random.below(17)))),
  )
}

/** A few changes of an input, never larger than {@link MAX_INPUT_BYTES}. */
export function mutate(input: Uint8Array, random: Random, material: Material): Uint8Array {
  let out = input
  for (let count = 1 << random.below(5); count > 0; count--) out = random.pick(MUTATIONS)(out, random, material)
  if (random.chance(0.003)) out = blowUp(out, random, material)
  return out.subarray(0, MAX_INPUT_BYTES)
}

function oddByte(random: Random): number {
  return random.chance(0.5) ? (random.pick(ODD_BYTES) ?? 0) : random.below(256)
}

function somePiece(input: Uint8Array, random: Random): [start: number, end: number] {
  const start = random.below(input.length + 1)
  return [start, Math.min(input.length, start + 1 + random.below(1 << random.below(9)))]
}

function someLine(input: Uint8Array, random: Random): [start: number, end: number] {
  const at = random.below(input.length + 1)
  const start = input.lastIndexOf(0x0a, at - 1) + 1
  const end = input.indexOf(0x0a, at)
  return [Math.min(start, at), end < 0 ? input.length : end + 1]
}

/** A run of letters, digits and the like: a name, a key, a value. */
function someToken(input: Uint8Array, random: Random): [start: number, end: number] {
  const isPart = (at: number): boolean => {
    const byte = input[at] ?? 0x20
    return byte > 0x2a && byte !== 0x3c && byte !== 0x3d && byte !== 0x3e && byte !== 0x5b && byte !== 0x5d
  }
  let start = random.below(input.length + 1)
  let end = start
  while (start > 0 && isPart(start - 1)) start--
  while (end < input.length && isPart(end)) end++
  return [start, end]
}

function insert(input: Uint8Array, at: number, piece: Uint8Array): Uint8Array {
  return join(input.subarray(0, at), piece, input.subarray(at))
}

function repeat(piece: Uint8Array, times: number): Uint8Array {
  return join(...Array<Uint8Array>(times).fill(piece))
}

function join(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
