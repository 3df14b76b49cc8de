import type { CredentialStore } from './credential-store.ts'
import type { StaticKeys } from './credentials.ts'
import type { CredentialEvent } from './event.ts'
import type { Host } from './host.ts'
import type { MfaRequest, Provider } from './provider.ts'
import type { RoleOptions } from './role.ts'

/** What a source of credentials is made from: all of it may be left out. */
export interface CredentialsOptions {
  /** Must exist; keys in variables are not used then. Default: AWS_PROFILE, AWS_DEFAULT_PROFILE, `default`. */
  readonly profile?: string
  /** Rules inner calls too. Default: AWS_REGION, AWS_DEFAULT_REGION, the profile; for `region()` the instance. */
  readonly region?: string
  /** Explicit keys: the source `static`. */
  readonly credentials?: StaticKeys
  /** `static-last`: explicit keys are the fallback. Default: `standard`. */
  readonly order?: 'standard' | 'static-last'
  /** Replaces the default chain, explicit keys included. `profile` and `region` reach those that were given none. */
  readonly sources?: readonly Provider[]
  /** Must exist. Default: AWS_CONFIG_FILE, then `~/.aws/config`. */
  readonly configFile?: string
  /** Must exist. Default: AWS_SHARED_CREDENTIALS_FILE, then `~/.aws/credentials`. */
  readonly credentialsFile?: string
  /** Assumed on top of what the chain gives, in order. */
  readonly role?: RoleOptions | readonly RoleOptions[]
  /**
   * Asks a person for the six digits of the device that a profile's `mfa_serial` names: they have 5 minutes. undefined:
   * nobody is there.
   */
  readonly mfaCode?: (request: MfaRequest) => Promise<string | undefined>
  /**
   * Where role sessions are kept. `shared`: on this machine's disk, one for all processes of this user, shared with the AWS
   * CLI where it has the same. Default: `memory`.
   */
  readonly store?: 'memory' | 'shared' | CredentialStore
  /** How long before their end credentials are renewed. Default: 5, 15 or 60 minutes, by their life. */
  readonly advisoryWindowSeconds?: number
  /** Told of what happens, never a secret. What it throws is dropped. */
  readonly onEvent?: (event: CredentialEvent) => void
  /** The world. Default: `nodeHost()`. */
  readonly host?: Host
}
