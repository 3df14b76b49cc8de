/** How far a transfer is: a bar on the terminal, and nothing where nobody looks. */
import { isatty } from 'node:tty'
import { writeErr } from '../output.ts'

const STDERR = 2
const WIDTH = 30
const PAUSE_MS = 100

export interface Progress {
  readonly tell: (sentBytes: number) => void
  /** Leaves the terminal as it was. */
  readonly end: () => void
}

/** @param totalBytes where that is known. */
export function showProgress(totalBytes: number | undefined, isQuiet: boolean): Progress {
  if (isQuiet || !isatty(STDERR)) return { tell: () => {}, end: () => {} }
  let last = 0
  const tell = (sentBytes: number): void => {
    if (Date.now() - last < PAUSE_MS && sentBytes !== totalBytes) return
    last = Date.now()
    writeErr(`\r${totalBytes === undefined ? `${mib(sentBytes)} MiB` : drawBar(sentBytes, totalBytes)}`)
  }
  return { tell, end: () => writeErr(`\r${' '.repeat(WIDTH + 30)}\r`) }
}

function drawBar(sentBytes: number, totalBytes: number): string {
  const share = totalBytes === 0 ? 1 : Math.min(1, sentBytes / totalBytes)
  const full = Math.round(share * WIDTH)
  const percent = `${Math.floor(share * 100)}`.padStart(3)
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent} %  ${mib(sentBytes)}/${mib(totalBytes)} MiB`
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}
