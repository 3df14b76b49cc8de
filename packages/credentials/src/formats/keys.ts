import { CredentialsError } from '../errors.ts'
import type { StaticKeys } from '../model/credentials.ts'

export interface KeyNames {
  readonly source: string
  /** What the two halves are called where they stand. */
  readonly names?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Both halves are there, and not too late. @throws CredentialsError as {@link checkPair}; `EXPIRED`, `CONFIG_INVALID`. */
export function checkKeys(keys: Partial<StaticKeys>, { source, names, now }: KeyNames): StaticKeys {
  const { sessionToken, expiration, accountId } = keys
  const pair = checkPair(keys, source, names)
  checkLife(keys, source, now)
  return { ...pair, sessionToken: isThere(sessionToken) ? sessionToken : undefined, expiration, accountId }
}

/** @throws CredentialsError `KEYS_INCOMPLETE` names the missing half. */
export function checkPair(
  { accessKeyId, secretAccessKey }: Partial<StaticKeys>,
  source: string,
  names: KeyNames['names'] = { accessKeyId: 'accessKeyId', secretAccessKey: 'secretAccessKey' },
): { accessKeyId: string; secretAccessKey: string } {
  if (isThere(accessKeyId) && isThere(secretAccessKey)) return { accessKeyId, secretAccessKey }
  const [missing, other] = isThere(accessKeyId)
    ? [names.secretAccessKey, names.accessKeyId]
    : [names.accessKeyId, names.secretAccessKey]
  const remedy = `Set ${missing}, or remove ${other}`
  throw new CredentialsError(`${missing} is missing`, { code: 'KEYS_INCOMPLETE', source, remedy })
}

/** @throws CredentialsError `EXPIRED`; `CONFIG_INVALID` for an end that is no time. */
export function checkLife({ expiration }: Partial<StaticKeys>, source: string, now: number): void {
  if (!expiration) return
  const endMs = typeof expiration.getTime === 'function' ? expiration.getTime() : Number.NaN
  if (endMs > now) return
  if (Number.isNaN(endMs)) {
    const remedy = 'Give a valid Date, or leave it out'
    throw new CredentialsError('the expiration is no time', { code: 'CONFIG_INVALID', source, remedy })
  }
  const problem = `the keys expired at ${expiration.toISOString()}`
  throw new CredentialsError(problem, { code: 'EXPIRED', source, remedy: 'Get new ones, or remove these' })
}

/** Callers without types give numbers, too. */
function isThere(half: unknown): half is string {
  return typeof half === 'string' && half.trim() !== ''
}
