/**
 * The settings of a profile: where they stand, what is wrong with them, and the commonest of them: its own keys.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import { normalise } from '../model/credentials.ts'
import type { Origin, Properties } from '../model/shared-config.ts'
import type { PlanBase } from './plan-parts.ts'
import { readSetting } from './variable.ts'

export interface Profile {
  readonly name: string
  readonly properties: Properties
  readonly origins: Readonly<Record<string, Origin>>
}

/** Any of these makes a profile one of IAM Identity Center. */
export const SSO_SETTINGS: readonly string[] = ['sso_session', 'sso_start_url', 'sso_account_id', 'sso_role_name']

/** Makes a profile one of Roles Anywhere. */
export const ROLES_ANYWHERE_SETTING = 'rolesanywhere_trust_anchor_arn'

/** Each of these is one line long. */
const ONE_LINE = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'role_arn',
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  ...SSO_SETTINGS,
]

/** A setting below one of these is part of it where it is indented deeper: hardly ever what was meant. */
export function checkLines(profile: Profile): void {
  const setting = ONE_LINE.find((name) => profile.properties[name]?.includes('\n'))
  if (setting === undefined) return
  const problem = `profile ${profile.name}: ${setting} goes on in the line below, which is indented deeper`
  throw fail('CONFIG_INVALID', problem, 'Indent both lines alike', locate(profile, setting))
}

export function readStatic(profile: Profile): PlanBase {
  const { name, properties } = profile
  const accessKeyId = readSetting(properties, 'aws_access_key_id')
  const secretAccessKey = readSetting(properties, 'aws_secret_access_key')
  const location = locate(profile, 'aws_access_key_id', 'aws_secret_access_key')
  if (!accessKeyId || !secretAccessKey) {
    const missing = accessKeyId ? 'aws_secret_access_key' : 'aws_access_key_id'
    throw fail('KEYS_INCOMPLETE', `profile ${name} has no ${missing}`, `Add ${missing}, or remove the other`, location)
  }
  const sessionToken = readSetting(properties, 'aws_session_token')
  const accountId = readSetting(properties, 'aws_account_id')
  const credentials = normalise({ accessKeyId, secretAccessKey, sessionToken, accountId }, 'profile')
  const settings = ['aws_access_key_id', 'aws_secret_access_key', ...(sessionToken ? ['aws_session_token'] : [])]
  const isSplit = new Set(settings.map((setting) => profile.origins[setting]?.file)).size > 1
  return { kind: 'static', profile: name, location, credentials, isSplit }
}

export function locate({ origins }: Profile, ...settings: string[]): Location | undefined {
  const origin = settings.map((setting) => origins[setting]).find((found) => found !== undefined)
  return origin && { file: origin.path, line: origin.line }
}

export function fail(
  code: CredentialsErrorCode,
  problem: string,
  remedy: string,
  location?: Location,
): CredentialsError {
  return new CredentialsError(problem, { code, source: 'profile', remedy, location })
}

export function readDuration({ properties }: Profile): number | undefined {
  const text = readSetting(properties, 'duration_seconds')
  return text && /^\d+$/.test(text) ? Number(text) : undefined
}

export function failAt(profile: Profile, setting: string, problem: string, remedy: string): CredentialsError {
  return fail('CONFIG_INVALID', `profile ${profile.name}: ${problem}`, remedy, locate(profile, setting))
}
