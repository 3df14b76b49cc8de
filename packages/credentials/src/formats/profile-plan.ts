/**
 * What a profile leads to, worked out before anything is asked: the first credentials, then each role.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
 *         https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
 * @module
 */
import type { CredentialsError } from '../errors.ts'
import { maskKeyId } from '../model/credentials.ts'
import type { SharedConfig } from '../model/shared-config.ts'
import type { PlanBase, PlanRole } from './plan-parts.ts'
import { readBase, readNamedSource } from './profile-base.ts'
import { readRole } from './profile-role.ts'
import {
  checkLines,
  fail,
  locate,
  type Profile,
  ROLES_ANYWHERE_SETTING,
  readStatic,
  SSO_SETTINGS,
} from './profile-settings.ts'
import { showName } from './secret-text.ts'
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

export interface UnusedSetting {
  readonly profile: string
  readonly setting: string
  /** The setting that is used instead. */
  readonly winner: string
}

type Kind = 'role' | PlanBase['kind']

/**
 * Pure: asks nothing and reads nothing.
 *
 * @throws CredentialsError `PROFILE_NOT_FOUND`, `PROFILE_LOOP`, `CONFIG_INVALID`, `KEYS_INCOMPLETE`, with file and line
 *   where a setting is to blame.
 */
export function planProfile(config: SharedConfig, name: string): ProfilePlan {
  const roles: PlanRole[] = []
  const unused: UnusedSetting[] = []
  const path = new Set([name])
  let profile = findProfile(config, name)
  if (!profile) throw fail('PROFILE_NOT_FOUND', `there is no profile ${name}`, chooseAnother(config))

  for (;;) {
    checkLines(profile)
    const kinds = kindsOf(profile, path.size > 1)
    unused.push(...passedOver(profile, kinds))
    const kind = kinds[0]?.kind ?? 'none'
    if (kind !== 'role') return { profile: name, base: readFirst(profile, kind, config), roles, unused }

    roles.unshift(readRole(profile))
    const source = readSetting(profile.properties, 'source_profile')
    if (source === undefined) return { profile: name, base: readOwnSource(profile, config), roles, unused }
    if (source === profile.name) return { profile: name, base: readOwnKeys(profile), roles, unused }
    profile = followSource(config, profile, source, path)
    path.add(source)
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
      return `web identity from ${showName(base.tokenFile)} as ${base.roleArn} ${of}`
    case 'process':
      return `credential_process ${of}`
    case 'sso':
      return `IAM Identity Center: ${base.roleName} in ${base.accountId} ${of}`
    case 'roles-anywhere':
      return `certificate ${showName(base.certificate)} as ${base.roleArn} ${of}`
    case 'login':
      return `aws login session ${base.loginSession} ${of}`
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
  if (has(ROLES_ANYWHERE_SETTING)) kinds.push({ kind: 'roles-anywhere', setting: ROLES_ANYWHERE_SETTING })
  if (sso) kinds.push({ kind: 'sso', setting: sso })
  if (inCredentialsFile) kinds.push(asStatic)
  if (has('login_session')) kinds.push({ kind: 'login', setting: 'login_session' })
  if (has('credential_process')) kinds.push({ kind: 'process', setting: 'credential_process' })
  if (keySetting) kinds.push(asStatic)
  if (has('credential_source')) kinds.push({ kind: 'credential-source', setting: 'credential_source' })
  return kinds
}

function passedOver(profile: Profile, [winner, ...others]: { kind: Kind; setting: string }[]): UnusedSetting[] {
  if (!winner || others.length === 0) return []
  const used = new Set([winner.setting])
  if (winner.kind === 'role') used.add(sourceOf(profile))
  if (readSetting(profile.properties, 'source_profile') === profile.name) used.add('aws_access_key_id')
  const settings = new Set(others.map(({ setting }) => setting).filter((setting) => !used.has(setting)))
  return [...settings].map((setting) => ({ profile: profile.name, setting, winner: winner.setting }))
}

/** The setting that a role's first credentials come from. */
function sourceOf({ properties }: Profile): string {
  const settings = ['source_profile', 'credential_source', 'credential_process']
  return settings.find((setting) => readSetting(properties, setting) !== undefined) ?? ''
}

/** Where no other profile is the source of a role: a named source, else the profile's own process. */
function readOwnSource(profile: Profile, config: SharedConfig): PlanBase {
  return sourceOf(profile) === 'credential_source' ? readNamedSource(profile) : readBase(profile, 'process', config)
}

function readFirst(profile: Profile, kind: PlanBase['kind'], config: SharedConfig): PlanBase {
  if (kind === 'static') return readStatic(profile)
  return kind === 'none' ? { kind, profile: profile.name } : readBase(profile, kind, config)
}

/** `source_profile` names the profile itself: its own keys come first, then its role. */
function readOwnKeys(profile: Profile): PlanBase {
  const keys = ['aws_access_key_id', 'aws_secret_access_key']
  if (keys.some((key) => readSetting(profile.properties, key))) return readStatic(profile)
  throw loop(profile, [profile.name, profile.name])
}

function followSource(config: SharedConfig, profile: Profile, source: string, path: ReadonlySet<string>): Profile {
  if (path.has(source)) throw loop(profile, [...path, source])
  const next = findProfile(config, source)
  if (next && kindsOf(next, true).length > 0) return next
  const [code, why] = next
    ? (['CONFIG_INVALID', 'which has no credentials'] as const)
    : (['PROFILE_NOT_FOUND', 'which is not there'] as const)
  const problem = `profile ${profile.name} names ${source}, ${why}`
  throw fail(code, problem, chooseAnother(config), locate(profile, 'source_profile'))
}

function findProfile({ profiles, origins }: SharedConfig, name: string): Profile | undefined {
  const properties = profiles[name]
  return properties && { name, properties, origins: origins[name] ?? {} }
}

function loop(profile: Profile, path: readonly string[]): CredentialsError {
  const shown = path.length > 12 ? [...path.slice(0, 6), '…', ...path.slice(-5)] : path
  const problem = `the profiles lead in a circle: ${shown.join(' → ')}`
  return fail('PROFILE_LOOP', problem, 'Give one of them another source_profile', locate(profile, 'source_profile'))
}

/** Worked out once for a config: of thousands of profiles, each may name another that is missing. */
const remedies = new WeakMap<SharedConfig['profiles'], string>()

/** What to do where a profile is not there. */
export function chooseAnother({ profiles }: SharedConfig): string {
  const known = remedies.get(profiles)
  if (known !== undefined) return known
  const names = Object.keys(profiles)
  const some = `Use one of ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}, or add it`
  const remedy = names.length === 0 ? 'Add it to the config file; no profile is there at all' : some
  remedies.set(profiles, remedy)
  return remedy
}
