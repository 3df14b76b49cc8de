export { loadSharedConfig } from './clients/config-files.ts'
export { type CredentialSource, type CredentialsOptions, createCredentials } from './create-credentials.ts'
export {
  type Attempt,
  CredentialsError,
  type CredentialsErrorCode,
  type CredentialsErrorOptions,
  isCredentialsError,
  type Location,
  NoCredentialsError,
} from './errors.ts'
export { type ProfilePlan, planProfile } from './formats/profile-plan.ts'
export type { Credentials, StaticKeys } from './model/credentials.ts'
export type { CredentialEvent } from './model/event.ts'
export type { ExplainedAttempt, Explanation } from './model/explanation.ts'
export type { Command, CommandResult, Host } from './model/host.ts'
export { type Provider, type ProviderContext, type Skipped, skip, type Trace, type Warning } from './model/provider.ts'
export type { CallerIdentity, RoleOptions } from './model/role.ts'
export type { Origin, Properties, SharedConfig } from './model/shared-config.ts'
export { nodeHost } from './node.ts'
export { fromAssumeRole } from './providers/assume-role.ts'
export { fromContainer } from './providers/container.ts'
export { fromEnv } from './providers/env.ts'
export { fromInstance } from './providers/instance.ts'
export { fromProcess } from './providers/process.ts'
export { fromProfile } from './providers/profile.ts'
export { fromStatic } from './providers/static.ts'
export { fromWebIdentity } from './providers/web-identity.ts'
