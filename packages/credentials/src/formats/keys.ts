import { CredentialsError } from '../errors.ts'
import type { StaticKeys } from '../model/credentials.ts'

export interface KeyNames {
  readonly source: string
  /** What the two halves are called where they stand. */
  readonly names: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * Both halves are there, and not too late.
 *
 * @throws CredentialsError `KEYS_INCOMPLETE` names the missing half; `EXPIRED`, `CONFIG_INVALID`.
 */
export function checkKeys(keys: Partial<StaticKeys>, { source, names, now }: KeyNames): StaticKeys {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = keys
  if (!accessKeyId?.trim() || !secretAccessKey?.trim()) {
    const [missing, other] = accessKeyId?.trim()
      ? [names.secretAccessKey, names.accessKeyId]
      : [names.accessKeyId, names.secretAccessKey]
    const remedy = `Set ${missing}, or remove ${other}`
    throw new CredentialsError(`${missing} is missing`, { code: 'KEYS_INCOMPLETE', source, remedy })
  }
  if (expiration && Number.isNaN(expiration.getTime()))
    throw new CredentialsError('the expiration is no time', { code: 'CONFIG_INVALID', source, remedy: 'Correct it' })
  if (expiration && expiration.getTime() <= now) {
    const problem = `the keys expired at ${expiration.toISOString()}`
    throw new CredentialsError(problem, { code: 'EXPIRED', source, remedy: 'Get new ones, or remove these' })
  }
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: sessionToken?.trim() ? sessionToken : undefined,
    expiration,
    accountId,
  }
}
