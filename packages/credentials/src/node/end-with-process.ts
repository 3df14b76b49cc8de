/** Programs in groups of their own do not end with this process by themselves: no terminal sends them a signal. */

const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const running = new Set<() => void>()

/** @returns what is to be called when the program has ended. */
export function endWithProcess(kill: () => void): () => void {
  if (running.size === 0) watch()
  running.add(kill)
  return () => {
    if (running.delete(kill) && running.size === 0) unwatch()
  }
}

function watch(): void {
  process.on('exit', killAll)
  for (const signal of END_SIGNALS) process.on(signal, dieOf)
}

function unwatch(): void {
  process.off('exit', killAll)
  for (const signal of END_SIGNALS) process.off(signal, dieOf)
}

function killAll(): void {
  for (const kill of running) kill()
}

/** Where the program that uses this library listens too, it decides what the signal means. */
function dieOf(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  killAll()
  unwatch()
  process.kill(process.pid, signal)
}
