/** The clock of a story: it stands still, but for back-offs, and jumps to the next deadline where nobody answers. */
import { setImmediate } from 'node:timers/promises'

export interface StoryClock {
  now(): number
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
  /** Nothing else will happen before the next deadline. */
  skipToNextDeadline(): void
}

/** Back-offs are shorter than this, deadlines are not. */
const SHORTEST_DEADLINE_MS = 1_000

export function createStoryClock(startMs: number): StoryClock {
  const deadlines = new Map<() => void, number>()
  let nowMs = startMs

  return {
    now: () => nowMs,
    async sleep(milliseconds, signal) {
      signal.throwIfAborted()
      if (milliseconds < SHORTEST_DEADLINE_MS) {
        await setImmediate()
        signal.throwIfAborted()
        nowMs += milliseconds
        return
      }
      await new Promise<void>((resolve, reject) => {
        const atMs = nowMs + milliseconds
        const pass = (): void => {
          nowMs = Math.max(nowMs, atMs)
          resolve()
        }
        deadlines.set(pass, atMs)
        signal.addEventListener('abort', () => {
          deadlines.delete(pass)
          reject(signal.reason)
        })
      })
    },
    skipToNextDeadline() {
      const [next] = [...deadlines].sort(([, a], [, b]) => a - b)
      if (!next) throw new Error('nobody waits for a deadline')
      deadlines.delete(next[0])
      next[0]()
    },
  }
}
