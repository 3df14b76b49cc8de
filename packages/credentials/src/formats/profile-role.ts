/**
 * The settings of a profile that make it a role on top of other credentials, read and checked.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
 * @module
 */
import type { PlanRole } from './plan-parts.ts'
import { failAt, locate, type Profile, readDuration } from './profile-settings.ts'
import { readSetting } from './variable.ts'

/** @throws CredentialsError `CONFIG_INVALID` where it has no source, or two. */
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

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}
