import type { CredentialsErrorCode } from '@rolecall/credentials'

/** Stable, as the library's codes are. */
export type FailureCode =
  | CredentialsErrorCode
  | 'USAGE' // the command was not called as its help says
  | 'ACCOUNT_NOT_ALLOWED' // the credentials are of an account that --allow-account does not name
  | 'VALUE_NOT_EXPORTABLE' // the format cannot carry a value as it is
  | 'GITHUB_ENV_MISSING' // --format github outside of a GitHub job
  | 'COMMAND_NOT_FOUND' // exec: there is no such program
  | 'COMMAND_NOT_EXECUTABLE' // exec: it is there, and cannot be run
  | 'LOGIN_NOT_NEEDED' // the profile names nothing to sign in to
  | 'LOGIN_UNUSED' // other credentials of the profile would win over the sign-in
  | 'LOGIN_MISMATCH' // somebody else signed in than the profile names
  | 'INTERRUPTED' // a person ended it
  | 'INPUT_ENDED' // a question was asked, and standard input was at its end
  | 'PORT_TAKEN' // another program listens on the port
  | 'ALREADY_RUNNING' // another server answers at the socket file
  | 'LISTEN_FAILED' // a port or a socket file cannot be listened on
  | 'SANDBOX_MISSING' // the package @rolecall/sandbox is not installed
  | 'S3_FILES_MISSING' // the package @rolecall/s3-files is not installed
  | 'LOCAL_FILE_FAILED' // a file of this machine could not be read or written
  | 'OUTPUT_FAILED' // what was asked for could not be written
  | 'INTERNAL' // a fault of rolecall

export interface FailureOptions {
  readonly code: FailureCode
  /** Who says so: a command or an option's name. */
  readonly source: string
  /** What the reader can do now: an imperative sentence without its full stop. */
  readonly remedy: string
  readonly location?: { readonly file: string; readonly line?: number | undefined } | undefined
  readonly exitCode?: number
}

/** The command line's own errors, with the fields of the library's: their text holds no secret. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly source: string
  readonly problem: string
  readonly remedy: string
  readonly location: FailureOptions['location']
  readonly exitCode: number

  constructor(problem: string, { code, source, remedy, location, exitCode = 1 }: FailureOptions) {
    super(`${source}: ${problem}. ${remedy}.`)
    this.code = code
    this.source = source
    this.problem = problem
    this.remedy = `${remedy}.`
    this.location = location
    this.exitCode = exitCode
  }
}

/**
 * Wrong usage, found before anything was done.
 *
 * @param command the name of a command or a group; empty for `rolecall` itself.
 */
export function usageFailure(problem: string, remedy: string, command: string): Failure {
  const help = `rolecall ${command ? `${command} ` : ''}--help`
  const source = command || 'rolecall'
  return new Failure(problem, { code: 'USAGE', source, remedy: `${remedy}See ${help}`, exitCode: 2 })
}
