/**
 * The settings of a profile that name where its first credentials come from, read and checked: a process, a token, a
 * sign-in, a certificate. Its own keys are read in profile-settings.ts, its role in profile-role.ts.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 * @module
 */
import type { SharedConfig } from '../model/shared-config.ts'
import type { CredentialSourceName, PlanBase } from './plan-parts.ts'
import { failAt, locate, type Profile, ROLES_ANYWHERE_SETTING, readDuration, SSO_SETTINGS } from './profile-settings.ts'
import {
  findMissing,
  type RolesAnywhereKey,
  type RolesAnywhereSettings,
  readRolesAnywhere,
} from './roles-anywhere-settings.ts'
import { readSsoRole, readSsoSession } from './sso-settings.ts'
import { readSetting } from './variable.ts'

/** A base that the profile names. */
export type NamedKind = Exclude<PlanBase['kind'], 'static' | 'none'>

const CREDENTIAL_SOURCES: readonly CredentialSourceName[] = ['Environment', 'Ec2InstanceMetadata', 'EcsContainer']

/** @throws CredentialsError `CONFIG_INVALID` with file and line where a setting is missing or contradicts another. */
export function readBase(profile: Profile, kind: NamedKind, config: SharedConfig): PlanBase {
  switch (kind) {
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
  }
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
