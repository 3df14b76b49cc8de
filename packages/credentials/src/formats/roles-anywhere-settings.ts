/**
 * The settings by which a profile exchanges an X.509 certificate for a role's session. They are rolecall's own: AWS has
 * none for it, and other tools pass them over.
 *
 * Source  https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html
 * @module
 */
import type { Properties } from '../model/shared-config.ts'
import { ROLES_ANYWHERE_SETTING } from './profile-settings.ts'
import { readSetting } from './variable.ts'

export interface RolesAnywhereSettings {
  /** `arn:aws:rolesanywhere:REGION:ACCOUNT:trust-anchor/ID`: its region is the one that is asked. */
  readonly trustAnchorArn: string
  /** `arn:aws:rolesanywhere:REGION:ACCOUNT:profile/ID`. */
  readonly profileArn: string
  readonly roleArn: string
  /**
   * A PEM file, or PEM itself: certificates after the first are the chain, unless that is given apart. Or a PKCS#12 file
   * (.p12, .pfx), which has the key too. `-` is standard input.
   */
  readonly certificate: string
  /** A PEM file, or PEM, of the certificates between this one and the trust anchor. */
  readonly certificateChain?: string | undefined
  /** 900 to 43200, and no more than the profile of Roles Anywhere allows. */
  readonly durationSeconds?: number | undefined
  /** Where the profile of Roles Anywhere accepts one. */
  readonly sessionName?: string | undefined
}

/** Where a profile has the key. */
export interface RolesAnywhereKey {
  /** A PEM file; `-` is standard input. */
  readonly privateKey: string | undefined
  /** A command that prints the key as PEM. */
  readonly keyProcess: string | undefined
  /** A command that prints the passphrase of an encrypted key. */
  readonly passphraseProcess: string | undefined
  /** The variable that holds it. */
  readonly passphraseVariable: string | undefined
}

const NAMES = {
  trustAnchorArn: ROLES_ANYWHERE_SETTING,
  profileArn: 'rolesanywhere_profile_arn',
  roleArn: 'rolesanywhere_role_arn',
  certificate: 'rolesanywhere_certificate',
} as const

/** The settings as they stand: each may be missing. */
export function readRolesAnywhere(
  properties: Properties | undefined,
): Partial<RolesAnywhereSettings & RolesAnywhereKey> {
  const read = (name: string): string | undefined => readSetting(properties, name)
  const duration = read('rolesanywhere_duration_seconds')
  return {
    ...Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, read(name)])),
    certificateChain: read('rolesanywhere_certificate_chain'),
    durationSeconds: duration && /^\d+$/.test(duration) ? Number(duration) : undefined,
    sessionName: read('rolesanywhere_session_name'),
    privateKey: read('rolesanywhere_private_key'),
    keyProcess: read('rolesanywhere_private_key_process'),
    passphraseProcess: read('rolesanywhere_passphrase_process'),
    passphraseVariable: read('rolesanywhere_passphrase_env'),
  }
}

/** The first that is missing, as option and as setting. */
export function findMissing(settings: Partial<RolesAnywhereSettings>): { option: string; setting: string } | undefined {
  const [missing] = Object.entries(NAMES).filter(([key]) => !settings[key as keyof typeof NAMES])
  return missing && { option: missing[0], setting: missing[1] }
}
