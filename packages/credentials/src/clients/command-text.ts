/** What a small program prints for this one: a code, a key, a passphrase. Never part of an error. */
import type { CredentialsError, CredentialsErrorCode } from '../errors.ts'
import type { Host } from '../model/host.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'

const TIMEOUT_MS = 60_000

export interface TextCommand {
  /** Run by the platform's shell. */
  readonly line: string
  /** The setting that it stands in. */
  readonly name: string
  readonly signal: AbortSignal
  readonly fail: (code: CredentialsErrorCode, problem: string, remedy: string) => CredentialsError
}

/** Throws what `fail` makes of `PROCESS_FAILED` and `TIMEOUT`. */
export async function readCommandText(host: Host, { line, name, signal, fail }: TextCommand): Promise<string> {
  const run = (signal: AbortSignal) => host.run({ line }, signal)
  const { exitCode, stdout } = await withDeadline(host, TIMEOUT_MS, signal, run).catch((error: unknown) => {
    signal.throwIfAborted()
    throw error instanceof DeadlinePassed
      ? fail('TIMEOUT', `the ${name} did not end in ${TIMEOUT_MS / 1000} s`, 'Run it by hand')
      : fail('PROCESS_FAILED', `the ${name} could not be run`, 'Run it by hand to see why')
  })
  if (exitCode === 0) return new TextDecoder().decode(stdout)
  throw fail('PROCESS_FAILED', `the ${name} ended with status ${exitCode}`, 'Run it by hand to see what it says')
}
