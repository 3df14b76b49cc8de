/** Writes at once and whole: nothing is lost when the process ends, and no stream has to be set up first. */
import { writeSync } from 'node:fs'
import { Failure } from './failure.ts'

const STDOUT = 1
const STDERR = 2
const FULL_PIPE_PAUSE_MS = 5

/**
 * A reader that has gone away is nobody's error.
 *
 * @throws Failure `OUTPUT_FAILED`: a full disk, for one.
 */
export function writeOut(text: string): void {
  const code = write(STDOUT, text)
  if (code !== undefined && code !== 'EPIPE') throw outputFailed(code)
}

export function outputFailed(code = 'unknown'): Failure {
  const remedy = 'Check what the output goes to, and whether there is room'
  return new Failure(`the output could not be written (${code})`, { code: 'OUTPUT_FAILED', source: 'rolecall', remedy })
}

/** Where errors cannot be written there is nobody to tell. */
export function writeErr(text: string): void {
  write(STDERR, text)
}

/** @returns the code of what went wrong. */
function write(fd: number, text: string): string | undefined {
  const bytes = Buffer.from(text)
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(fd, bytes, sent)
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      if (code !== 'EAGAIN') return code
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_PAUSE_MS)
    }
  }
  return undefined
}
