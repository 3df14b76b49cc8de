import type { Globals } from './globals.ts'
import type { Parser } from './parser.ts'
import { Finding } from './probe.ts'

export interface Failure {
  readonly kind: string
  readonly text: string
  readonly input: Uint8Array
}

/** For one input of at most 64 KiB. */
export const MAX_MS = 250
/** The machine may be busy with something else: only what is slow each time is slow. */
const SLOW_RUNS = 3

/** Runs one input; says what is wrong, if anything is. */
export async function judge(parser: Parser, input: Uint8Array): Promise<Failure | undefined> {
  const startedMs = performance.now()
  try {
    await parser.run(input)
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : 'something that is no error'
    return error instanceof Finding
      ? { kind: error.kind, text: error.message, input }
      : { kind: 'exception', text, input }
  }
  const tookMs = performance.now() - startedMs
  if (tookMs < MAX_MS) return undefined
  const bestMs = await fastest(parser, input, tookMs)
  return bestMs < MAX_MS ? undefined : { kind: 'slow', text: `it took ${Math.round(bestMs)} ms`, input }
}

async function fastest(parser: Parser, input: Uint8Array, firstMs: number): Promise<number> {
  let bestMs = firstMs
  for (let run = 1; run < SLOW_RUNS && bestMs >= MAX_MS; run++) {
    const startedMs = performance.now()
    await parser.run(input)
    bestMs = Math.min(bestMs, performance.now() - startedMs)
  }
  return bestMs
}

/** As {@link judge}, and looks at every built-in object afterwards. Leaves them as they were. */
export async function judgeClosely(parser: Parser, globals: Globals, input: Uint8Array): Promise<Failure | undefined> {
  const failure = await judge(parser, input)
  const change = globals.findChange()
  if (change === undefined) return failure
  globals.restore()
  return failure ?? { kind: 'pollution', text: `it changed ${change}`, input }
}
