/** Where a profile has the private key of its certificate, and that key's passphrase: a file, or a program that prints it. */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import type { RolesAnywhereKey } from '../formats/roles-anywhere-settings.ts'
import type { ProviderContext } from '../model/provider.ts'
import { readCommandText } from './command-text.ts'
import { type RolesAnywhereRequest, readPem } from './roles-anywhere.ts'

/** @throws CredentialsError `CONFIG_INVALID` where there is no key. */
export function keyReaders(
  context: ProviderContext,
  { privateKey, keyProcess, passphraseProcess }: Partial<RolesAnywhereKey>,
  { source, location }: { readonly source: string; readonly location?: Location | undefined },
): Pick<RolesAnywhereRequest, 'readKey' | 'readPassphrase'> {
  const { host, signal } = context
  const fail = (code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError =>
    new CredentialsError(problem, { code, source, remedy, location })
  const run = (name: string, line: string) => () => readCommandText(host, { line, name, signal, fail })

  const readPassphrase = passphraseProcess
    ? async () => (await run('rolesanywhere_passphrase_process', passphraseProcess)()).replace(/\r?\n$/, '')
    : undefined
  if (keyProcess) return { readKey: run('rolesanywhere_private_key_process', keyProcess), readPassphrase }
  if (privateKey) return { readKey: () => readPem(context, { source }, privateKey), readPassphrase }
  throw fail('CONFIG_INVALID', 'there is no private key', 'Set rolesanywhere_private_key, or give privateKey')
}
