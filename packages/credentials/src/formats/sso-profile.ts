/** A profile of IAM Identity Center, read whole: what is wrong with it is an error with its place. */
import { CredentialsError, type Location } from '../errors.ts'
import type { SharedConfig } from '../model/shared-config.ts'
import { locate, SSO_SETTINGS } from './profile-settings.ts'
import { readSsoRole, readSsoSession, type SsoProblem, type SsoRole, type SsoSession } from './sso-settings.ts'
import { readSetting } from './variable.ts'

export interface SsoProfile {
  readonly session: SsoSession
  readonly location: Location | undefined
}

/**
 * Where a person signs in for a profile.
 *
 * @returns undefined where the profile is not there, or has no setting of IAM Identity Center.
 * @throws CredentialsError `CONFIG_INVALID`.
 */
export function readSsoProfile(config: SharedConfig, name: string, source: string): SsoProfile | undefined {
  const properties = config.profiles[name]
  const setting = SSO_SETTINGS.find((setting) => readSetting(properties, setting) !== undefined)
  if (!properties || setting === undefined) return undefined
  const session = readSsoSession(properties, config)
  if ('problem' in session) throw describe(config, name, session, source)
  return { session, location: locateIn(config, name, setting) }
}

/** As {@link readSsoProfile}, and which role a person takes there. */
export function readSsoRoleProfile(
  config: SharedConfig,
  name: string,
  source: string,
): (SsoProfile & { readonly role: SsoRole }) | undefined {
  const profile = readSsoProfile(config, name, source)
  if (!profile) return undefined
  const role = readSsoRole(config.profiles[name] ?? {})
  if ('problem' in role) throw describe(config, name, role, source)
  return { ...profile, role }
}

function describe(config: SharedConfig, name: string, said: SsoProblem, source: string): CredentialsError {
  const { setting, problem, remedy } = said
  const location = locateIn(config, name, setting)
  return new CredentialsError(`profile ${name}: ${problem}`, { code: 'CONFIG_INVALID', source, remedy, location })
}

function locateIn({ origins }: SharedConfig, name: string, setting: string): Location | undefined {
  return locate({ name, properties: {}, origins: origins[name] ?? {} }, setting)
}
