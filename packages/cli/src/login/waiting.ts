/** Shows that somebody is waited for, and ends the wait: at its time, or when the person gives up. */
import { isatty } from 'node:tty'
import { writeErr } from '../output.ts'
import { interrupted } from '../terminal.ts'

const CLEAR_LINE = '\r\u001b[K'

/** Ctrl-C ends the work, and with it the program: its server is closed, its lock is let go. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const stop = (): void => controller.abort(interrupted())
  process.once('SIGINT', stop)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', stop)
  }
}

/** At a terminal the time that is left is counted down; elsewhere it is said once. @returns what ends it. */
export function showWaiting(text: string, untilMs: number): () => void {
  if (!isatty(2)) {
    writeErr(`${text}\n`)
    return () => {}
  }
  const show = (): void => {
    const seconds = Math.max(0, Math.round((untilMs - Date.now()) / 1000))
    const left = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    writeErr(`${CLEAR_LINE}${text} (${left} left)`)
  }
  show()
  const timer = setInterval(show, 1000)
  return () => {
    clearInterval(timer)
    writeErr(CLEAR_LINE)
  }
}
