/** Stable: switch on these, never on messages. */
export type CredentialsErrorCode =
  | 'NO_CREDENTIALS' // every provider in the chain was skipped
  | 'PROFILE_NOT_FOUND' // no file has a profile of that name
  | 'CONFIG_INVALID' // a file or variable is malformed, or contradicts another
  | 'KEYS_INCOMPLETE' // half a pair of keys
  | 'PROFILE_LOOP' // a profile that leads back to itself
  | 'FILE_MISSING' // a file that was named is not there
  | 'FILE_UNREADABLE' // it is there, and cannot be read
  | 'LOGIN_REQUIRED' // a person has to sign in first
  | 'EXPIRED' // credentials, and too late for them
  | 'PROCESS_FAILED' // a command ended badly
  | 'SOURCE_REFUSED' // an answer, and it was no
  | 'SOURCE_UNREACHABLE' // no answer, or none that says anything
  | 'RESPONSE_INVALID' // an answer that makes no sense
  | 'TIMEOUT' // no answer in time
  | 'REGION_INVALID' // not the name of a region
  | 'REGION_MISSING' // nothing says which region
  | 'MFA_REQUIRED' // a role that wants a code, and nobody to give one
  | 'NARROWING_IMPOSSIBLE' // these credentials cannot be exchanged for lesser ones

/** Where to look: `line` counts from 1. */
export interface Location {
  readonly file: string
  readonly line?: number | undefined
}

export interface CredentialsErrorOptions {
  readonly code: CredentialsErrorCode
  readonly source: string
  /** What the reader can do now: an imperative sentence without its full stop. */
  readonly remedy: string
  /** The file that is to blame. */
  readonly location?: Location | undefined
  /** Only what cannot hold a secret: never an error of fetch, JSON.parse, URL or a child process. */
  readonly cause?: unknown
}

/** The providers that were asked before the chain gave up. */
export interface Attempt {
  readonly source: string
  readonly outcome: 'skipped' | 'failed'
  readonly reason: string
  readonly code?: CredentialsErrorCode
}

const BRAND = Symbol.for('@rolecall/credentials/error')

/** A source is configured and did not work, or nothing is configured. Its text holds no secret. */
export class CredentialsError extends Error {
  override readonly name: string = 'CredentialsError'
  readonly code: CredentialsErrorCode
  readonly source: string
  readonly remedy: string
  readonly location: Location | undefined
  /** The problem alone: the message without source and remedy. */
  readonly problem: string

  constructor(problem: string, { code, source, remedy, location, cause }: CredentialsErrorOptions) {
    const shown = printable(problem)
    super(compose(source, shown, printable(remedy)), cause === undefined ? {} : { cause })
    this.code = code
    this.source = source
    this.problem = shown
    this.remedy = `${printable(remedy)}.`
    this.location = location
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** No provider in the chain was configured. {@link attempts} says why each stepped aside, in order. */
export class NoCredentialsError extends CredentialsError {
  override readonly name: string = 'NoCredentialsError'
  readonly attempts: readonly Attempt[]

  constructor(attempts: readonly Attempt[], remedy: string) {
    super('no source of credentials is configured', { code: 'NO_CREDENTIALS', source: 'credentials', remedy })
    const trail = attempts.map(({ source, reason }) => `\n  ${source.padEnd(12)}  ${printable(reason)}`).join('')
    this.message = `${this.source}: ${this.problem}:${trail}\n${this.remedy}`
    this.attempts = attempts
  }
}

/** True for the errors of every copy of this package in the process, unlike `instanceof`. */
export function isCredentialsError(error: unknown): error is CredentialsError {
  return error instanceof Error && (error as { [BRAND]?: unknown })[BRAND] === true
}

/** Control and direction characters escaped: what a file or variable says must not steer a terminal. */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function compose(source: string, problem: string, remedy: string): string {
  return `${source}: ${problem}. ${remedy}.`
}
