/** Codes of multi-factor devices: from `--mfa-code`, else from the person at the terminal. */
import {
  type CredentialsOptions,
  chooseProfile,
  loadSharedConfig,
  nodeHost,
  planProfile,
  type RoleOptions,
} from '@rolecall/credentials'
import { Failure } from './failure.ts'

type AskForCode = NonNullable<CredentialsOptions['mfaCode']>

/** For the roles of profiles. */
export function chooseMfaCode(code: string | undefined, mayAsk: boolean): AskForCode | undefined {
  if (code !== undefined) return async () => code
  return mayAsk ? ask : undefined
}

const ask: AskForCode = async ({ serial, profile }) => {
  const { askHidden, isInteractive } = await import('./terminal.ts')
  return isInteractive() ? askHidden(`MFA code of ${serial} (profile ${profile}): `) : undefined
}

/**
 * For a role of `--role-arn`: the code is of the device that the selected profile names, unless a role of that profile
 * asks for it. A code is good once.
 *
 * @throws Failure `MFA_REQUIRED` where the profile names no device.
 */
export async function readRoleMfa(
  code: string | undefined,
  profile: string | undefined,
): Promise<Pick<RoleOptions, 'mfaSerial' | 'mfaCode'>> {
  if (code === undefined) return {}
  const host = nodeHost()
  const { name } = chooseProfile(host.env, profile)
  const config = await loadSharedConfig(host)
  const settings = config.profiles[name]
  if (settings && planProfile(config, name).roles.some(({ mfaSerial }) => mfaSerial)) return {}

  const mfaSerial = settings?.['mfa_serial']
  if (mfaSerial) return { mfaSerial, mfaCode: async () => code }
  throw new Failure(`a code needs its device, and profile ${name} has no mfa_serial`, {
    code: 'MFA_REQUIRED',
    source: '--mfa-code',
    remedy: 'Add mfa_serial to that profile',
  })
}
