/**
 * A session as it is kept: one line of JSON that is either the very text that was written, or no entry. Half a text, a
 * flipped bit, another version or another session's entry is none.
 */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import { asObject, parseJsonObject } from '../formats/json.ts'
import type { Period } from '../freshness.ts'
import type { StaticKeys } from '../model/credentials.ts'
import { sha256Hex } from './digest.ts'

const VERSION = 1

export interface StoredSession {
  /** Grows with each write. */
  readonly revision: number
  readonly kind: string
  readonly subject: string
  readonly proof?: string | undefined
  readonly keys?: StoredKeys | undefined
  readonly backOff?: Period | undefined
  /** The final failure of a moment ago. */
  readonly refusal?: (Period & StoredFailure) | undefined
  /** The last failure: those who waited for that attempt have had it too. */
  readonly failure?: (StoredFailure & { readonly atMs: number }) | undefined
}

/** Instants are epoch milliseconds. */
export interface StoredKeys extends Omit<StaticKeys, 'expiration'> {
  readonly expiresAtMs?: number | undefined
  readonly fetchedAtMs: number
}

export interface StoredFailure {
  readonly code: CredentialsErrorCode
  readonly problem: string
  readonly source: string
  readonly remedy: string
  readonly location?: Location | undefined
}

export function formatEntry(id: string, session: StoredSession): string {
  return JSON.stringify({ version: VERSION, id, sha256: sha256Hex(JSON.stringify(session)), session })
}

/** undefined for anything but what {@link formatEntry} made for this id. */
export function parseEntry(id: string, text: string): StoredSession | undefined {
  const session = asObject(parseJsonObject(text)?.['session']) as StoredSession | undefined
  return session && formatEntry(id, session) === text ? session : undefined
}

export function toStoredKeys(keys: StaticKeys, fetchedAtMs: number): StoredKeys {
  const { accessKeyId, secretAccessKey, sessionToken, accountId, expiration } = keys
  return { accessKeyId, secretAccessKey, sessionToken, accountId, expiresAtMs: expiration?.getTime(), fetchedAtMs }
}

export function toKeys({ accessKeyId, secretAccessKey, sessionToken, accountId, expiresAtMs }: StoredKeys): StaticKeys {
  const expiration = expiresAtMs === undefined ? undefined : new Date(expiresAtMs)
  return { accessKeyId, secretAccessKey, sessionToken, accountId, expiration }
}

export function toFailure(error: CredentialsError): StoredFailure {
  const { code, problem, source, remedy, location } = error
  return { code, problem, source, remedy: remedy.replace(/\.$/, ''), location }
}

export function fromFailure({ problem, ...options }: StoredFailure): CredentialsError {
  return new CredentialsError(problem, options)
}
