/** What a profile may lead to: where its first credentials come from, and the roles on top. */
import type { Location } from '../errors.ts'
import type { Credentials } from '../model/credentials.ts'
import type { RoleOptions } from '../model/role.ts'
import type { RolesAnywhereKey, RolesAnywhereSettings } from './roles-anywhere-settings.ts'
import type { SsoRole, SsoSession } from './sso-settings.ts'

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
