/**
 * Keys in environment variables.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { Host } from '../model/host.ts'
import { checkKeys } from './keys.ts'
import { parseTime } from './time.ts'
import { readVariable } from './variable.ts'

const NAMES = { accessKeyId: 'AWS_ACCESS_KEY_ID', secretAccessKey: 'AWS_SECRET_ACCESS_KEY' }

/**
 * @returns undefined where neither half of the pair is set. Blank counts as not set.
 * @throws CredentialsError `KEYS_INCOMPLETE`, `EXPIRED`, `CONFIG_INVALID` for an expiry that is no time.
 */
export function readEnvironmentKeys(env: Host['env'], source: string, now: number): StaticKeys | undefined {
  const accessKeyId = readVariable(env, NAMES.accessKeyId)
  const secretAccessKey = readVariable(env, NAMES.secretAccessKey)
  if (!accessKeyId && !secretAccessKey) return undefined

  const expires = readVariable(env, 'AWS_CREDENTIAL_EXPIRATION')
  const expiration = expires === undefined ? undefined : parseTime(expires)
  if (expires !== undefined && !expiration) {
    const remedy = 'Write it as 2026-01-02T03:04:05Z, or unset it'
    const problem = 'AWS_CREDENTIAL_EXPIRATION is no time'
    throw new CredentialsError(problem, { code: 'CONFIG_INVALID', source, remedy })
  }
  const keys = {
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(secretAccessKey === undefined ? {} : { secretAccessKey }),
    sessionToken: readVariable(env, 'AWS_SESSION_TOKEN'),
    expiration,
    accountId: readVariable(env, 'AWS_ACCOUNT_ID'),
  }
  return checkKeys(keys, { source, names: NAMES, now })
}
