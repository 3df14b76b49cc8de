import type { Globals } from './globals.ts'
import { type Failure, judge, judgeClosely } from './judge.ts'
import { minimise } from './minimise.ts'
import { mutate } from './mutate.ts'
import type { Parser } from './parser.ts'
import { createRandom } from './random.ts'

export interface Campaign {
  readonly seed: number
  /** Asked before each input. */
  readonly goesOn: (executions: number) => boolean
  readonly globals: Globals
  /** Told of each input before it is run. */
  readonly onInput?: (input: Uint8Array) => void
}

export interface Report {
  readonly parser: string
  readonly seed: number
  readonly executions: number
  readonly failure: Failure | undefined
}

/** Looking at every built-in object takes longer than most inputs: done for this many at once. */
const CLOSE_LOOK_EVERY = 200
const MAX_CORPUS = 400

/** Seeds first, then mutations of them and of each other, the same for the same seed, until something fails. */
export async function fuzz(parser: Parser, { seed, goesOn, globals, onInput }: Campaign): Promise<Report> {
  const random = createRandom(seed)
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
  const seeds = parser.seeds.map(encode)
  const material = { corpus: [...seeds, new Uint8Array()], words: parser.words.map(encode) }
  let unchecked: Uint8Array[] = []
  let executions = 0

  const next = (): Uint8Array => {
    const known = seeds[executions]
    if (known) return known
    const parents = random.chance(0.6) ? seeds : material.corpus // of mutations alone, soon nothing would be left that parses
    const input = mutate(random.pick(parents) ?? new Uint8Array(), random, material)
    if (input.length < 4_096 && random.chance(0.02)) {
      if (material.corpus.length < MAX_CORPUS) material.corpus.push(input)
      else material.corpus[seeds.length + random.below(MAX_CORPUS - seeds.length)] = input
    }
    return input
  }
  const findPolluter = async (): Promise<Failure | undefined> => {
    const change = globals.findChange()
    if (change === undefined) return undefined
    globals.restore()
    for (const input of unchecked) {
      const failure = await judgeClosely(parser, globals, input)
      if (failure) return failure
    }
    return { kind: 'pollution', text: `these inputs together changed ${change}`, input: new Uint8Array() }
  }
  const end = async (failure?: Failure): Promise<Report> => ({
    parser: parser.name,
    seed,
    executions,
    failure: failure && (await shrink(parser, globals, failure)),
  })

  while (goesOn(executions)) {
    const input = next()
    onInput?.(input)
    executions++
    unchecked.push(input)
    const failure = await judge(parser, input)
    if (failure) {
      globals.restore()
      return end(failure)
    }
    if (unchecked.length < CLOSE_LOOK_EVERY) continue
    const polluter = await findPolluter()
    if (polluter) return end(polluter)
    unchecked = []
  }
  return end(await findPolluter())
}

async function shrink(parser: Parser, globals: Globals, failure: Failure): Promise<Failure> {
  let last = failure
  await minimise(failure.input, async (candidate) => {
    const found = await judgeClosely(parser, globals, candidate)
    if (found?.kind !== failure.kind) return false
    last = found
    return true
  })
  return last
}

/** For people: what failed, the input as a JavaScript string of bytes, and how to see it again. */
export function describeFailure({ parser, seed, executions, failure }: Report): string {
  if (!failure) return `${parser}: ${executions} executions, seed ${seed}`
  const shown = Array.from(failure.input, escapeByte).join('')
  const text = `${parser}: ${failure.kind}: ${failure.text}\n  input (${failure.input.length} bytes): '${shown}'`
  return `${text}\n  execution ${executions} of seed ${seed}: ROLECALL_FUZZ_SEED=${seed}`
}

function escapeByte(byte: number): string {
  if (byte === 0x0a) return '\\n'
  if (byte === 0x27 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
}
