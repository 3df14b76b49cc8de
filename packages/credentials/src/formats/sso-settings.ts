/**
 * The IAM Identity Center settings of a profile: a session of its own section, or the older four in the profile.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 * @module
 */
import type { Properties, SharedConfig } from '../model/shared-config.ts'
import { SSO_SETTINGS } from './profile-settings.ts'
import { readSetting } from './variable.ts'

/** Where a person signs in. */
export interface SsoSession {
  /** Name of the sso-session section; undefined for a profile of the older kind. */
  readonly name: string | undefined
  readonly startUrl: string
  /** Of the identity center; not that of the caller's requests. */
  readonly region: string
  /** Asked for when a person signs in. */
  readonly scopes: readonly string[]
}

/** What a person may do there. */
export interface SsoRole {
  readonly accountId: string
  readonly roleName: string
}

/** Says what is wrong, and in which setting. */
export interface SsoProblem {
  readonly setting: string
  readonly problem: string
  readonly remedy: string
}

export function readSsoSession(properties: Properties, { ssoSessions }: SharedConfig): SsoSession | SsoProblem {
  const name = readSetting(properties, 'sso_session')
  if (name === undefined) {
    const missing = ['sso_start_url', 'sso_region'].find((setting) => readSetting(properties, setting) === undefined)
    if (missing) return lacks(missing, SSO_SETTINGS.find((setting) => readSetting(properties, setting)) ?? missing)
    return session(undefined, properties)
  }
  const section = ssoSessions[name]
  if (!section) {
    const remedy = `Add [sso-session ${name}] to the config file`
    return { setting: 'sso_session', problem: `it names the sso-session ${name}, which is not there`, remedy }
  }
  for (const setting of ['sso_start_url', 'sso_region']) {
    const ofSession = readSetting(section, setting)
    const ofProfile = readSetting(properties, setting)
    if (ofSession === undefined) {
      const problem = `its sso-session ${name} has no ${setting}`
      return { setting: 'sso_session', problem, remedy: `Add ${setting} to [sso-session ${name}]` }
    }
    if (ofProfile !== undefined && ofProfile !== ofSession) {
      const problem = `its ${setting} is not that of its sso-session ${name}`
      return { setting, problem, remedy: `Remove ${setting} from the profile` }
    }
  }
  return session(name, section)
}

export function readSsoRole(properties: Properties): SsoRole | SsoProblem {
  const accountId = readSetting(properties, 'sso_account_id')
  const roleName = readSetting(properties, 'sso_role_name')
  const present = SSO_SETTINGS.find((setting) => readSetting(properties, setting) !== undefined) ?? 'sso_session'
  if (accountId === undefined) return lacks('sso_account_id', present)
  if (roleName === undefined) return lacks('sso_role_name', present)
  return { accountId, roleName }
}

function session(name: string | undefined, settings: Properties): SsoSession {
  const scopes = readSetting(settings, 'sso_registration_scopes')?.split(',') ?? []
  return {
    name,
    startUrl: readSetting(settings, 'sso_start_url') ?? '',
    region: readSetting(settings, 'sso_region') ?? '',
    scopes: scopes.map((scope) => scope.trim()).filter((scope) => scope !== ''),
  }
}

function lacks(missing: string, present: string): SsoProblem {
  return { setting: present, problem: `it has ${present} and no ${missing}`, remedy: `Add ${missing} to the profile` }
}
