import { type Attempt, printable } from '@rolecall/credentials'
import type { Paint } from './colour.ts'

/** What the errors of the library and those of the command line have in common. */
export interface ShownFailure {
  readonly code: string
  readonly source: string
  readonly message: string
  readonly problem: string
  readonly remedy: string
  readonly location?: { readonly file: string; readonly line?: number | undefined } | undefined
  readonly attempts?: readonly Attempt[]
  readonly exitCode?: number
}

/** Anything else may quote a secret: of an error nobody foresaw only its kind and place are shown. */
export function isShownFailure(error: unknown): error is Error & ShownFailure {
  if (!(error instanceof Error)) return false
  const { code, source, problem, remedy } = error as Partial<ShownFailure>
  return [code, source, problem, remedy].every((field) => typeof field === 'string')
}

export function toFailureJson(failure: ShownFailure): string {
  const { code, source, message, remedy, location, attempts } = failure
  return `${JSON.stringify({ error: { code, source, message, remedy, location, attempts } })}\n`
}

/** Sources that say no more than the program's name does. */
const OWN_WORDS = ['rolecall', 'credentials']

export function renderFailure(failure: ShownFailure, paint: Paint): string {
  const { source, problem, remedy, location, attempts = [] } = failure
  const where = location && `${printable(location.file)}${location.line ? `:${location.line}` : ''}`
  return [
    `${paint('red', 'rolecall')}: ${OWN_WORDS.includes(source) ? '' : `${source}: `}${printable(problem)}`,
    ...attempts.map(({ source, reason }) => `  ${source.padEnd(12)}  ${paint('dim', printable(reason))}`),
    ...(where ? [`  ${where}`] : []),
    `  ${printable(remedy)}`,
    '',
  ].join('\n')
}

/** The frames of a stack, without the message above them. */
export function listFrames(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.map((frame) => `${printable(frame)}\n`).join('')
}
