/**
 * What a profile leads to, worked out before anything is asked: the first credentials, then each role.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
 *         https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import { type Credentials, maskKeyId, normalise } from '../model/credentials.ts'
import type { RoleOptions } from '../model/role.ts'
import type { Origin, Properties, SharedConfig } from '../model/shared-config.ts'
import { readSetting } from './variable.ts'

export interface ProfilePlan {
  readonly profile: string
  /** Where the first credentials come from. */
  readonly base: PlanBase
  /** Assumed on top, in order. */
  readonly roles: readonly PlanRole[]
  /** Settings that would give credentials too, and are passed over. */
  readonly unused: readonly UnusedSetting[]
}

export type PlanBase = { readonly profile: string; readonly location?: Location | undefined } & (
  | { readonly kind: 'static'; readonly credentials: Credentials }
  | { readonly kind: 'credential-source'; readonly credentialSource: CredentialSourceName }
  | {
      readonly kind: 'web-identity'
      readonly roleArn: string
      readonly tokenFile: string
      readonly sessionName?: string | undefined
      readonly durationSeconds?: number | undefined
    }
  | { readonly kind: 'process'; readonly command: string; readonly accountId?: string | undefined }
  | { readonly kind: 'sso' }
  | { readonly kind: 'login' }
  | { readonly kind: 'none' }
)

export type PlanRole = RoleOptions & { readonly profile: string; readonly location?: Location | undefined }

export type CredentialSourceName = 'Environment' | 'Ec2InstanceMetadata' | 'EcsContainer'

export interface UnusedSetting {
  readonly profile: string
  readonly setting: string
  /** The setting that is used instead. */
  readonly winner: string
}

interface Profile {
  readonly name: string
  readonly properties: Properties
  readonly origins: Readonly<Record<string, Origin>>
}

type Kind = 'role' | PlanBase['kind']

const CREDENTIAL_SOURCES: readonly CredentialSourceName[] = ['Environment', 'Ec2InstanceMetadata', 'EcsContainer']
const SSO_SETTINGS = ['sso_session', 'sso_start_url', 'sso_account_id', 'sso_role_name']

/**
 * Pure: asks nothing and reads nothing.
 *
 * @throws CredentialsError `PROFILE_NOT_FOUND`, `PROFILE_LOOP`, `CONFIG_INVALID`, `KEYS_INCOMPLETE`, with file and line
 *   where a setting is to blame.
 */
export function planProfile(config: SharedConfig, name: string): ProfilePlan {
  const roles: PlanRole[] = []
  const unused: UnusedSetting[] = []
  const path: string[] = [name]
  let profile = findProfile(config, name)
  if (!profile) throw fail('PROFILE_NOT_FOUND', `there is no profile ${name}`, chooseAnother(config))

  for (;;) {
    const kinds = kindsOf(profile, path.length > 1)
    unused.push(...passedOver(profile, kinds))
    if (kinds[0]?.kind !== 'role') return { profile: name, base: readBase(profile, kinds[0]?.kind), roles, unused }

    roles.unshift(readRole(profile))
    const source = readSetting(profile.properties, 'source_profile')
    if (source === undefined) return { profile: name, base: readNamedSource(profile), roles, unused }
    if (source === profile.name) return { profile: name, base: readOwnKeys(profile), roles, unused }
    profile = followSource(config, profile, source, path)
    path.push(source)
  }
}

/** One line each for people: the base, then the roles. Key ids are masked. */
export function describePlan({ base, roles }: ProfilePlan): string[] {
  return [describeBase(base), ...roles.map(({ roleArn, profile }) => `assume ${roleArn} (profile ${profile})`)]
}

function describeBase(base: PlanBase): string {
  const of = `(profile ${base.profile})`
  switch (base.kind) {
    case 'static':
      return `static keys ${maskKeyId(base.credentials.accessKeyId)} ${of}`
    case 'credential-source':
      return `credential_source ${base.credentialSource} ${of}`
    case 'web-identity':
      return `web identity from ${base.tokenFile} as ${base.roleArn} ${of}`
    case 'process':
      return `credential_process ${of}`
    case 'sso':
      return `IAM Identity Center ${of}`
    case 'login':
      return `aws login session ${of}`
    case 'none':
      return `no credentials ${of}`
  }
}

/**
 * The ways to credentials that a profile names, the one that wins first. In a profile that is another's source,
 * static keys win over all others.
 */
function kindsOf(profile: Profile, isSource: boolean): { kind: Kind; setting: string }[] {
  const { properties, origins } = profile
  const has = (setting: string): boolean => readSetting(properties, setting) !== undefined
  const keys = ['aws_access_key_id', 'aws_secret_access_key']
  const keySetting = keys.find(has)
  const sso = SSO_SETTINGS.find(has)
  const hasSource = has('source_profile') || has('credential_source')
  const hasToken = has('web_identity_token_file')
  const inCredentialsFile = keySetting !== undefined && origins[keySetting]?.file === 'credentials'
  const asStatic = { kind: 'static', setting: keySetting ?? '' } as const

  const kinds: { kind: Kind; setting: string }[] = []
  if (isSource && keys.every(has)) kinds.push(asStatic)
  if (has('role_arn') && (hasSource || !hasToken)) kinds.push({ kind: 'role', setting: 'role_arn' })
  if (hasToken) kinds.push({ kind: 'web-identity', setting: 'web_identity_token_file' })
  if (sso) kinds.push({ kind: 'sso', setting: sso })
  if (inCredentialsFile) kinds.push(asStatic)
  if (has('login_session')) kinds.push({ kind: 'login', setting: 'login_session' })
  if (has('credential_process')) kinds.push({ kind: 'process', setting: 'credential_process' })
  if (keySetting) kinds.push(asStatic)
  if (has('credential_source')) kinds.push({ kind: 'credential-source', setting: 'credential_source' })
  return kinds
}

function passedOver(profile: Profile, [winner, ...others]: { kind: Kind; setting: string }[]): UnusedSetting[] {
  if (!winner) return []
  const used = new Set([winner.setting])
  if (winner.kind === 'role') used.add('credential_source')
  if (readSetting(profile.properties, 'source_profile') === profile.name) used.add('aws_access_key_id')
  const settings = new Set(others.map(({ setting }) => setting).filter((setting) => !used.has(setting)))
  return [...settings].map((setting) => ({ profile: profile.name, setting, winner: winner.setting }))
}

function readRole(profile: Profile): PlanRole {
  const { name, properties } = profile
  const setting = (key: string) => readSetting(properties, key)
  if (setting('source_profile') && setting('credential_source'))
    throw failAt(profile, 'credential_source', 'it has both source_profile and credential_source', 'Keep one of them')
  if (!setting('source_profile') && !setting('credential_source'))
    throw failAt(profile, 'role_arn', 'its role_arn has no source', 'Add source_profile or credential_source')

  return {
    profile: name,
    location: locate(profile, 'role_arn'),
    roleArn: setting('role_arn') ?? '',
    ...given('sessionName', setting('role_session_name')),
    ...given('externalId', setting('external_id')),
    ...given('durationSeconds', readDuration(profile)),
    ...given('mfaSerial', setting('mfa_serial')),
  }
}

function readBase(profile: Profile, kind: PlanBase['kind'] = 'none'): PlanBase {
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
      return { kind, profile: profile.name, location: locate(profile, ...SSO_SETTINGS) }
    case 'login':
      return { kind, profile: profile.name, location: locate(profile, 'login_session') }
    case 'none':
      return { kind, profile: profile.name }
  }
}

function readStatic(profile: Profile): PlanBase {
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
  return { kind: 'static', profile: name, location, credentials }
}

/** `source_profile` names the profile itself: its own keys come first, then its role. */
function readOwnKeys(profile: Profile): PlanBase {
  const keys = ['aws_access_key_id', 'aws_secret_access_key']
  if (keys.some((key) => readSetting(profile.properties, key))) return readStatic(profile)
  throw loop(profile, [profile.name, profile.name])
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

function readNamedSource(profile: Profile): PlanBase {
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

function followSource(config: SharedConfig, profile: Profile, source: string, path: readonly string[]): Profile {
  if (path.includes(source)) throw loop(profile, [...path, source])
  const next = findProfile(config, source)
  const location = locate(profile, 'source_profile')
  const remedy = chooseAnother(config)
  if (!next)
    throw fail('PROFILE_NOT_FOUND', `profile ${profile.name} names ${source}, which is not there`, remedy, location)
  if (kindsOf(next, true).length > 0) return next
  throw fail('CONFIG_INVALID', `profile ${profile.name} names ${source}, which has no credentials`, remedy, location)
}

function readDuration({ properties }: Profile): number | undefined {
  const text = readSetting(properties, 'duration_seconds')
  return text && /^\d+$/.test(text) ? Number(text) : undefined
}

function findProfile({ profiles, origins }: SharedConfig, name: string): Profile | undefined {
  const properties = profiles[name]
  return properties && { name, properties, origins: origins[name] ?? {} }
}

function locate({ origins }: Profile, ...settings: string[]): Location | undefined {
  const origin = settings.map((setting) => origins[setting]).find((found) => found !== undefined)
  return origin && { file: origin.path, line: origin.line }
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}

function loop(profile: Profile, path: readonly string[]): CredentialsError {
  const shown = path.length > 12 ? [...path.slice(0, 6), '…', ...path.slice(-5)] : path
  const problem = `the profiles lead in a circle: ${shown.join(' → ')}`
  return fail('PROFILE_LOOP', problem, 'Give one of them another source_profile', locate(profile, 'source_profile'))
}

function failAt(profile: Profile, setting: string, problem: string, remedy: string): CredentialsError {
  return fail('CONFIG_INVALID', `profile ${profile.name}: ${problem}`, remedy, locate(profile, setting))
}

function fail(code: CredentialsErrorCode, problem: string, remedy: string, location?: Location): CredentialsError {
  return new CredentialsError(problem, { code, source: 'profile', remedy, location })
}

function chooseAnother({ profiles }: SharedConfig): string {
  const names = Object.keys(profiles)
  if (names.length === 0) return 'Add it to the config file; no profile is there at all'
  return `Use one of ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}, or add it`
}
