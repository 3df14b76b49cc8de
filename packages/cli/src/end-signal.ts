/** How a command ends by a signal, or ends first what it has begun. */
import { constants } from 'node:os'

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** Supervisors and npx send a signal to a process and again to its group; a person who repeats it is slower. */
const ECHO_MS = 500
const CLEAN_UP_MS = 10_000
const DEATH_MS = 200

/**
 * Supervisors send a signal to a process and again to its group: what comes after the first changes nothing, so that the
 * end leaves nothing behind. It takes half a second at most.
 *
 * @returns the one that came first.
 */
export function waitForEndSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of END_SIGNALS) process.on(signal, resolve)
  })
}

/**
 * Aborts the work at the first signal, and ends the process by that signal when the work is over: it has cleaned up. What
 * takes longer than 10 s is left, and a second signal ends it at once.
 */
export async function cleanUpAtSignal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  let first: { readonly signal: NodeJS.Signals; readonly atMs: number } | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first && Date.now() - first.atMs > ECHO_MS) end(first.signal)
    if (first) return
    first = { signal, atMs: Date.now() }
    stop.abort()
    setTimeout(end, CLEAN_UP_MS, signal)
  }
  const end = (signal: NodeJS.Signals): void => {
    for (const name of END_SIGNALS) process.off(name, onSignal)
    process.kill(process.pid, signal) // an exit would wait for what reads a pipe that nobody writes to
    setTimeout(() => process.exit(128 + constants.signals[signal]), DEATH_MS) // the first process of a container
  }
  for (const name of END_SIGNALS) process.on(name, onSignal)
  try {
    return await work(stop.signal)
  } finally {
    if (first) {
      end(first.signal)
      await new Promise(() => {})
    }
    for (const name of END_SIGNALS) process.off(name, onSignal)
  }
}
