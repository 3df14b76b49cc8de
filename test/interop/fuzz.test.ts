/**
 * Ten minutes of fuzzing: 100 s for each of six parsers, two at a time.
 *
 * ROLECALL_FUZZ_SECONDS=5 takes less for each parser; ROLECALL_FUZZ_SEED=N repeats the inputs of another run.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { describeFailure } from '../fuzz/fuzz.ts'
import { PARSERS } from '../fuzz/parsers/index.ts'
import { type Assignment, DESK_BYTES, DESK_HEADER_BYTES, type Outcome } from '../fuzz/thread.ts'

const SECONDS = Number(process.env['ROLECALL_FUZZ_SECONDS'] ?? 100)
const SEED = Number(process.env['ROLECALL_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
const THREADS = 2
/** An input that takes longer is one that never ends. */
const STALL_MS = 20_000
const WHOLE_MS = (SECONDS * 1_000 + 60_000) * Math.ceil(PARSERS.length / THREADS)

test('ten minutes of inputs: each is read or refused, quickly and quietly', { timeout: WHOLE_MS }, async () => {
  const script = await bundleThread()
  const waiting = PARSERS.map(({ name }) => name)
  const outcomes: Outcome[] = []
  const work = async (): Promise<void> => {
    for (let parser = waiting.shift(); parser !== undefined; parser = waiting.shift())
      outcomes.push(await fuzzInThread(script, parser))
  }
  await Promise.all(Array.from({ length: THREADS }, work))

  for (const outcome of outcomes) {
    const { parser, executions, seed, seconds } = outcome
    const perSecond = Math.round(executions / seconds)
    console.log(`fuzz ${parser}: ${executions} executions in ${seconds.toFixed(1)} s (${perSecond}/s), seed ${seed}`)
  }
  expect(outcomes.filter(({ failure }) => failure).map(describeFailure)).toEqual([])
  expect(outcomes).toHaveLength(6)
  for (const { parser, executions } of outcomes)
    expect(executions, `${parser} was hardly tried`).toBeGreaterThan(20 * SECONDS)
})

/** One file of JavaScript: Node 20 does not start a thread from TypeScript. */
async function bundleThread(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-fuzz-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const outfile = join(folder, 'thread.mjs')
  const entry = join(import.meta.dirname, '../fuzz/thread.ts')
  await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'warning' })
  return outfile
}

function fuzzInThread(script: string, parser: string): Promise<Outcome> {
  const desk = new SharedArrayBuffer(DESK_BYTES)
  const header = new Int32Array(desk, 0, 2)
  const worker = new Worker(script, { workerData: { parser, seed: SEED, seconds: SECONDS, desk } satisfies Assignment })
  let seen = 0
  let quietMs = 0
  return new Promise<Outcome>((resolve, reject) => {
    const watch = setInterval(() => {
      const executions = Atomics.load(header, 0)
      quietMs = executions === seen ? quietMs + 1_000 : 0
      seen = executions
      if (quietMs < STALL_MS) return
      clearInterval(watch)
      const input = new Uint8Array(desk).slice(DESK_HEADER_BYTES, DESK_HEADER_BYTES + Atomics.load(header, 1))
      const failure = { kind: 'hang', text: `it did not end in ${STALL_MS / 1_000} s`, input }
      void worker.terminate()
      resolve({ parser, seed: SEED, executions, seconds: SECONDS, failure })
    }, 1_000)
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => {
      clearInterval(watch)
      reject(new Error(`the thread of ${parser} ended without a word`))
    })
  })
}
