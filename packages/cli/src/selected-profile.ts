import { loadSharedConfig, nodeHost } from '@rolecall/credentials'
import { Failure } from './failure.ts'
import { printable } from './render/printable.ts'

export interface SelectedProfile {
  readonly name: string
  readonly chosenBy: string
}

/** As the AWS tools choose it: a blank variable counts as missing. */
export function readSelectedProfile(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): SelectedProfile {
  if (flag) return { name: flag, chosenBy: '--profile' }
  const variable = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'].find((name) => env[name]?.trim())
  return variable ? { name: env[variable] ?? '', chosenBy: variable } : { name: 'default', chosenBy: 'default' }
}

/** @throws Failure `MFA_REQUIRED` where the selected profile names no device. */
export async function findMfaSerial(flag: string | undefined): Promise<string> {
  const host = nodeHost()
  const { name } = readSelectedProfile(flag, host.env)
  const serial = (await loadSharedConfig(host)).profiles[name]?.['mfa_serial']
  if (serial) return serial
  throw new Failure(`a code needs its device, and profile ${printable(name)} has no mfa_serial`, {
    code: 'MFA_REQUIRED',
    source: '--mfa-code',
    remedy: 'Add mfa_serial to that profile',
  })
}
