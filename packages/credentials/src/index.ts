export { loadSharedConfig, locateSharedConfig } from './clients/config-files.ts'
export { type ChosenProfile, chooseProfile } from './clients/selected-profile.ts'
export { createCredentials } from './create-credentials.ts'
export { type BearerToken, createToken, type TokenOptions } from './create-token.ts'
export {
  type Attempt,
  CredentialsError,
  type CredentialsErrorCode,
  type CredentialsErrorOptions,
  isCredentialsError,
  type Location,
  NoCredentialsError,
  printable,
} from './errors.ts'
export type { CiName } from './formats/ci-marks.ts'
export type { PlanBase, PlanRole } from './formats/plan-parts.ts'
export { describePlan, type ProfilePlan, planProfile, type UnusedSetting } from './formats/profile-plan.ts'
export type { RolesAnywhereKey, RolesAnywhereSettings } from './formats/roles-anywhere-settings.ts'
export type { SsoSession } from './formats/sso-settings.ts'
export type { CredentialRequest, CredentialSource } from './model/credential-source.ts'
export type { CredentialStore } from './model/credential-store.ts'
export { type Credentials, maskKeyId, type StaticKeys } from './model/credentials.ts'
export type { CredentialsOptions } from './model/credentials-options.ts'
export type { CredentialEvent } from './model/event.ts'
export type { ExplainedAttempt, Explanation } from './model/explanation.ts'
export type { Command, CommandResult, FileStatus, Host, Keychain, OldCiphers, Outgoing } from './model/host.ts'
export {
  type MfaRequest,
  type Provider,
  type ProviderContext,
  type Skipped,
  skip,
  type Trace,
  type Warning,
} from './model/provider.ts'
export type { CallerIdentity, RoleOptions } from './model/role.ts'
export type { AwsCliSession, SessionKeys, SessionName, Sessions } from './model/sessions.ts'
export type { Origin, Properties, SharedConfig } from './model/shared-config.ts'
export { nodeHost } from './node.ts'
export { type AssumeRoleOptions, fromAssumeRole } from './providers/assume-role.ts'
export { type CiOptions, fromCi } from './providers/ci.ts'
export { fromContainer } from './providers/container.ts'
export { fromEnv } from './providers/env.ts'
export { fromInstance, type InstanceOptions } from './providers/instance.ts'
export { fromLogin, type LoginOptions } from './providers/login.ts'
export { fromProcess, type ProcessOptions } from './providers/process.ts'
export { fromProfile, type ProfileOptions } from './providers/profile.ts'
export { fromRolesAnywhere, type RolesAnywhereOptions } from './providers/roles-anywhere.ts'
export { fromSso } from './providers/sso.ts'
export { fromStatic } from './providers/static.ts'
export { fromWebIdentity, type WebIdentityOptions } from './providers/web-identity.ts'
