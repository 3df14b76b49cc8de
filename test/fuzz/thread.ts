/** Fuzzes one parser in a thread of its own, for as long as it is told to. The input being run stands in shared memory. */
import { parentPort, workerData } from 'node:worker_threads'
import { fuzz, type Report } from './fuzz.ts'
import { watchGlobals } from './globals.ts'
import { MAX_INPUT_BYTES } from './mutate.ts'
import { PARSERS } from './parsers/index.ts'

export interface Assignment {
  readonly parser: string
  readonly seed: number
  readonly seconds: number
  /** Executions and the length of the input, as two 32-bit numbers; then the input. */
  readonly desk: SharedArrayBuffer
}

export type Outcome = Report & { readonly seconds: number }

export const DESK_HEADER_BYTES = 8
export const DESK_BYTES: number = DESK_HEADER_BYTES + MAX_INPUT_BYTES

if (parentPort) {
  const { parser: name, seed, seconds, desk } = workerData as Assignment
  const parser = PARSERS.find((candidate) => candidate.name === name)
  if (!parser) throw new Error(`there is no parser ${name}`)
  const header = new Int32Array(desk, 0, 2)
  const bytes = new Uint8Array(desk, DESK_HEADER_BYTES)
  const startedMs = performance.now()
  const report = await fuzz(parser, {
    seed,
    globals: watchGlobals(),
    goesOn: () => performance.now() - startedMs < seconds * 1_000,
    onInput(input) {
      bytes.set(input)
      Atomics.store(header, 1, input.length)
      Atomics.add(header, 0, 1)
    },
  })
  parentPort.postMessage({ ...report, seconds: (performance.now() - startedMs) / 1_000 } satisfies Outcome)
}
