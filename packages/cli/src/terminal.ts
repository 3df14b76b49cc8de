/** Questions to the person at the terminal. They go to stderr: stdout is for results. */
import { createInterface, type Interface } from 'node:readline'
import { isatty } from 'node:tty'
import { printable } from '@rolecall/credentials'
import { Failure } from './failure.ts'
import { writeErr } from './output.ts'

const STDIN = 0
const STDERR = 2

/** Whether somebody can be asked. */
export function isInteractive(): boolean {
  return isatty(STDIN) && isatty(STDERR)
}

/**
 * One line, of which nothing is shown.
 *
 * @throws Failure `INTERRUPTED` where the person gives up: Ctrl-C or Ctrl-D.
 */
export async function askHidden(question: string): Promise<string> {
  // From here on the terminal shows nothing by itself: before that nobody may be asked.
  const lines = createInterface({ input: process.stdin, terminal: true, historySize: 0 })
  writeErr(printable(question))
  try {
    return await nextLine(lines)
  } finally {
    lines.close()
    writeErr('\n')
  }
}

/** One line, from a terminal or a pipe. Throws as {@link askHidden}, and `INPUT_ENDED`. */
export async function askLine(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, historySize: 0, signal })
  lines.setPrompt(printable(question))
  lines.prompt()
  return nextLine(lines, signal).finally(() => lines.close())
}

function nextLine(lines: Interface, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.once('line', resolve)
    lines.once('close', () => reject(signal?.aborted ? signal.reason : isatty(STDIN) ? interrupted() : inputEnded()))
  })
}

function inputEnded(): Failure {
  return new Failure('no code can be read: standard input is at its end', {
    code: 'INPUT_ENDED',
    source: 'rolecall',
    remedy: 'Run it at a terminal, or write the code to its standard input',
  })
}

/** Ends the program as Ctrl-C does. */
export function interrupted(): Failure {
  return new Failure('interrupted', {
    code: 'INTERRUPTED',
    source: 'rolecall',
    remedy: 'Run it again',
    exitCode: 130,
  })
}
