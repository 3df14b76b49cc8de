import type { Credentials } from '@rolecall/credentials'
import { Failure } from '../failure.ts'

/** What is handed out. */
export interface Handout {
  readonly credentials: Credentials
  readonly region: string | undefined
  /** Name for the section of a file. */
  readonly profile: string
}

/** A way to write it down. Throws a Failure where it cannot hold a value: nothing is written half. */
export type Format = (handout: Handout) => string

/** A variable to set, or to take out where its value is unknown, so that an old one cannot stay. */
export type Variable = readonly [name: string, value: string | undefined]

/** A way to write variables down. Throws as a Format does. */
export type Script = (variables: readonly Variable[]) => string

export function listVariables({ credentials, region }: Handout): Variable[] {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials
  return [
    ['AWS_ACCESS_KEY_ID', accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', secretAccessKey],
    ['AWS_SESSION_TOKEN', sessionToken],
    ['AWS_CREDENTIAL_EXPIRATION', expiration && formatInstant(expiration)],
    ...(region ? [['AWS_REGION', region] as const] : []),
  ]
}

/** ISO 8601 in UTC, without milliseconds where there are none: as AWS writes it. */
export function formatInstant(instant: Date): string {
  return instant.toISOString().replace('.000Z', 'Z')
}

/** @throws Failure `VALUE_NOT_EXPORTABLE` naming the value, and not quoting it. */
export function refuse(format: string, name: string, held: string): never {
  throw new Failure(`${name} holds ${held}, which the format ${format} cannot carry`, {
    code: 'VALUE_NOT_EXPORTABLE',
    source: 'export',
    remedy: 'Choose another --format, or check the source of these credentials',
  })
}

/** A script of one statement a variable. */
export function createScript(
  format: string,
  statements: { set: (name: string, value: string) => string; unset: (name: string) => string },
): Script {
  return (variables) =>
    variables
      .map(([name, value]) => {
        if (value === undefined) return statements.unset(name)
        refuseUnwritable(format, name, value)
        return statements.set(name, value)
      })
      .map((line) => `${line}\n`)
      .join('')
}

export function refuseUnwritable(format: string, name: string, value: string): void {
  const held = findUnwritable(value)
  if (held) refuse(format, name, held)
}

/** NUL ends a variable, and half a surrogate pair is no text in UTF-8: nothing reads them back. */
export function findUnwritable(value: string): string | undefined {
  if (value.includes('\0')) return 'a NUL character'
  return value.isWellFormed() ? undefined : 'half a character'
}
