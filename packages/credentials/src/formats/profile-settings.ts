/**
 * The settings of one profile that lead to credentials, read and checked.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import { type Credentials, normalise } from '../model/credentials.ts'
import type { RoleOptions } from '../model/role.ts'
import type { Origin, Properties, SharedConfig } from '../model/shared-config.ts'
import {
  findMissing,
  ROLES_ANYWHERE_SETTING,
  type RolesAnywhereKey,
  type RolesAnywhereSettings,
  readRolesAnywhere,
} from './roles-anywhere-settings.ts'
import { readSsoRole, readSsoSession, SSO_SETTINGS, type SsoRole, type SsoSession } from './sso-settings.ts'
import { readSetting } from './variable.ts'

export type PlanBase = {
  readonly profile: string
  readonly location?: Location | undefined
} & (
  | {
      readonly kind: 'static'
      readonly credentials: Credentials
      /** Not all of the pair and its token stand in one file: they may be of different keys. */
      readonly isSplit: boolean
    }
  | { readonly kind: 'credential-source'; readonly credentialSource: CredentialSourceName }
  | {
      readonly kind: 'web-identity'
      readonly roleArn: string
      readonly tokenFile: string
      readonly sessionName?: string | undefined
      readonly durationSeconds?: number | undefined
    }
  | { readonly kind: 'process'; readonly command: string; readonly accountId?: string | undefined }
  | ({ readonly kind: 'sso'; readonly session: SsoSession } & SsoRole)
  | ({ readonly kind: 'roles-anywhere' } & RolesAnywhereSettings & RolesAnywhereKey)
  | { readonly kind: 'login'; readonly loginSession: string }
  | { readonly kind: 'none' }
)

export type PlanRole = RoleOptions & {
  readonly profile: string
  readonly location?: Location | undefined
  /** Prints the code of the device that `mfaSerial` names. */
  readonly mfaProcess?: string
}

export type CredentialSourceName = 'Environment' | 'Ec2InstanceMetadata' | 'EcsContainer'

export interface Profile {
  readonly name: string
  readonly properties: Properties
  readonly origins: Readonly<Record<string, Origin>>
}

const CREDENTIAL_SOURCES: readonly CredentialSourceName[] = ['Environment', 'Ec2InstanceMetadata', 'EcsContainer']

export function readRole(profile: Profile): PlanRole {
  const { name, properties } = profile
  const setting = (key: string) => readSetting(properties, key)
  if (setting('source_profile') && setting('credential_source'))
    throw failAt(profile, 'credential_source', 'it has both source_profile and credential_source', 'Keep one of them')
  if (!['source_profile', 'credential_source', 'credential_process'].some(setting))
    throw failAt(profile, 'role_arn', 'its role_arn has no source', 'Add source_profile or credential_source')

  return {
    profile: name,
    location: locate(profile, 'role_arn'),
    roleArn: setting('role_arn') ?? '',
    ...given('sessionName', setting('role_session_name')),
    ...given('externalId', setting('external_id')),
    ...given('durationSeconds', readDuration(profile)),
    ...given('mfaSerial', setting('mfa_serial')),
    ...given('mfaProcess', setting('mfa_process')),
  }
}

export function readBase(profile: Profile, kind: PlanBase['kind'] = 'none', config: SharedConfig): PlanBase {
  switch (kind) {
    case 'static':
      return readStatic(profile)
    case 'web-identity':
      return readWebIdentity(profile)
    case 'credential-source':
      return readNamedSource(profile)
    case 'process': {
      const command = readSetting(profile.properties, 'credential_process') ?? ''
      const accountId = readSetting(profile.properties, 'aws_account_id')
      return { kind, profile: profile.name, location: locate(profile, 'credential_process'), command, accountId }
    }
    case 'sso':
      return readSso(profile, config)
    case 'roles-anywhere':
      return readCertificate(profile)
    case 'login': {
      const loginSession = readSetting(profile.properties, 'login_session') ?? ''
      return { kind, profile: profile.name, location: locate(profile, 'login_session'), loginSession }
    }
    case 'none':
      return { kind, profile: profile.name }
  }
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

function readWebIdentity(profile: Profile): PlanBase {
  const { name, properties } = profile
  const roleArn = readSetting(properties, 'role_arn')
  if (!roleArn)
    throw failAt(profile, 'web_identity_token_file', 'its token has no role_arn to go with it', 'Add role_arn')
  return {
    kind: 'web-identity',
    profile: name,
    location: locate(profile, 'web_identity_token_file'),
    roleArn,
    tokenFile: readSetting(properties, 'web_identity_token_file') ?? '',
    sessionName: readSetting(properties, 'role_session_name'),
    durationSeconds: readDuration(profile),
  }
}

function readSso(profile: Profile, config: SharedConfig): PlanBase {
  const session = readSsoSession(profile.properties, config)
  if ('problem' in session) throw failAt(profile, session.setting, session.problem, session.remedy)
  const role = readSsoRole(profile.properties)
  if ('problem' in role) throw failAt(profile, role.setting, role.problem, role.remedy)
  return { kind: 'sso', profile: profile.name, location: locate(profile, ...SSO_SETTINGS), session, ...role }
}

function readCertificate(profile: Profile): PlanBase {
  const settings = readRolesAnywhere(profile.properties)
  const missing = findMissing(settings)?.setting
  if (missing) throw failAt(profile, ROLES_ANYWHERE_SETTING, `it has no ${missing}`, `Add ${missing}`)
  const location = locate(profile, ROLES_ANYWHERE_SETTING)
  const found = settings as RolesAnywhereSettings & RolesAnywhereKey
  return { kind: 'roles-anywhere', profile: profile.name, location, ...found }
}

export function readNamedSource(profile: Profile): PlanBase {
  const name = readSetting(profile.properties, 'credential_source')
  const credentialSource = CREDENTIAL_SOURCES.find((source) => source.toLowerCase() === name?.toLowerCase())
  const location = locate(profile, 'credential_source')
  if (credentialSource) return { kind: 'credential-source', profile: profile.name, location, credentialSource }
  throw failAt(
    profile,
    'credential_source',
    'it has an unknown credential_source',
    `Use ${CREDENTIAL_SOURCES.join(', ')}`,
  )
}

function readDuration({ properties }: Profile): number | undefined {
  const text = readSetting(properties, 'duration_seconds')
  return text && /^\d+$/.test(text) ? Number(text) : undefined
}

export function locate({ origins }: Profile, ...settings: string[]): Location | undefined {
  const origin = settings.map((setting) => origins[setting]).find((found) => found !== undefined)
  return origin && { file: origin.path, line: origin.line }
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}

function failAt(profile: Profile, setting: string, problem: string, remedy: string): CredentialsError {
  return fail('CONFIG_INVALID', `profile ${profile.name}: ${problem}`, remedy, locate(profile, setting))
}

export function fail(
  code: CredentialsErrorCode,
  problem: string,
  remedy: string,
  location?: Location,
): CredentialsError {
  return new CredentialsError(problem, { code, source: 'profile', remedy, location })
}
