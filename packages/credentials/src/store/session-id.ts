/** The name under which a session is kept: a digest of all that makes it that session. */
import type { SessionName } from '../model/sessions.ts'
import { sha256Hex } from './digest.ts'

/** 64 hexadecimal digits, the same in every process. */
export function sessionId({ kind, at, by, parameters }: SessionName): string {
  return sha256Hex(JSON.stringify(sorted({ kind, at, by, parameters })))
}

/** What has no value is left out, as it is from the request. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)])
}
