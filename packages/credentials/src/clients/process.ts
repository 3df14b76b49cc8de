/**
 * A program that prints credentials: one run, bounded in time and output.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import { readProcessCredentials } from '../formats/credential-json.ts'
import { parseJsonObject } from '../formats/json.ts'
import { readVariable } from '../formats/variable.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { Host } from '../model/host.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'

/** Profiles whose process is running above this one, comma separated. */
const RUNNING_PROFILES = 'ROLECALL_PROCESS_PROFILES'
/** The words of this package by which one process knows them of another. */
const LOOP = 'it calls itself'
const LOOP_REMEDY = 'Let it ask for another profile'
const MAX_OUTPUT_BYTES = 64 * 1024
/** What a shell says of a program that it could not start; the last is that of Windows. */
const STATUS_OF_SHELL: Readonly<Record<number, readonly [why: string, remedy: string]>> = {
  126: [': its program may not be run', 'Make the program executable'],
  127: [': its program was not found', 'Install the program, or write its whole path'],
  9009: [': its program was not found', 'Install the program, or write its whole path'],
}

export interface ProcessRequest {
  /** Run by the platform's shell. Never part of an error: it may hold a secret. */
  readonly command: string
  /** Default: 60 000. */
  readonly timeoutMs?: number | undefined
  /** The profile that names the command. A process that asks for its own profile again is stopped. */
  readonly profile?: string | undefined
  readonly location?: Location | undefined
  readonly source: string
  readonly signal: AbortSignal
}

/** @throws CredentialsError `PROCESS_FAILED`, `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`, `PROFILE_LOOP`. */
export async function runCredentialProcess(host: Host, process: ProcessRequest): Promise<StaticKeys> {
  const { command, timeoutMs = 60_000, profile, location, source, signal } = process
  const name = profile === undefined ? 'the command' : `the credential_process of profile ${profile}`
  const fail = (code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError =>
    new CredentialsError(`${name} ${problem}`, { code, source, remedy, location })

  const running = readVariable(host.env, RUNNING_PROFILES)?.split(',') ?? []
  if (profile !== undefined && running.includes(profile))
    throw fail('PROFILE_LOOP', `asks for this profile again: ${LOOP}`, LOOP_REMEDY)
  const env = { [RUNNING_PROFILES]: [...running, ...(profile === undefined ? [] : [profile])].join(',') || undefined }

  const run = (signal: AbortSignal) => host.run({ line: command, env, maxOutputBytes: MAX_OUTPUT_BYTES }, signal)
  const result = await withDeadline(host, timeoutMs, signal, run).catch((error: unknown) => {
    signal.throwIfAborted()
    throw error instanceof DeadlinePassed
      ? fail(
          'TIMEOUT',
          `did not end in ${timeoutMs / 1000} s and was stopped`,
          'Run it by hand to see what it waits for',
        )
      : fail('PROCESS_FAILED', 'could not be run, or printed too much', 'Run it by hand to see why')
  })
  if (result.exitCode !== 0) {
    if (new TextDecoder().decode(result.stderr).includes(LOOP))
      throw fail('PROFILE_LOOP', `leads back to a profile whose process is running: ${LOOP}`, LOOP_REMEDY)
    const [why, remedy] = STATUS_OF_SHELL[result.exitCode] ?? ['', 'Run it by hand to see what it says']
    throw fail('PROCESS_FAILED', `ended with status ${result.exitCode}${why}`, remedy)
  }

  const output = parseJsonObject(new TextDecoder().decode(result.stdout))
  if (!output) throw fail('RESPONSE_INVALID', 'printed no JSON object', 'Let it print the credentials alone')
  if (output['Version'] !== 1) throw fail('RESPONSE_INVALID', 'printed no "Version": 1', 'Let it print "Version": 1')
  const keys = readProcessCredentials(output)
  if (!keys)
    throw fail('RESPONSE_INVALID', 'printed no usable credentials', 'Check AccessKeyId, SecretAccessKey, Expiration')
  if (!keys.expiration || keys.expiration.getTime() > host.now()) return keys
  throw fail('EXPIRED', 'printed credentials that have expired', 'Let it get new ones, and check the clock')
}
