/**
 * Writes at once and whole: nothing is lost when the process ends, and no stream has to be set up first.
 * A reader that has gone away (EPIPE) is nobody's error.
 */
import { writeSync } from 'node:fs'

const STDOUT = 1
const STDERR = 2
const FULL_PIPE_PAUSE_MS = 5

export function writeOut(text: string): void {
  write(STDOUT, text)
}

export function writeErr(text: string): void {
  write(STDERR, text)
}

function write(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(fd, bytes, sent)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_PAUSE_MS)
    }
  }
}
