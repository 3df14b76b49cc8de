/** Where a profile has the private key of its certificate, and that key's passphrase: a file, a program that prints it, a variable. */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import type { RolesAnywhereKey } from '../formats/roles-anywhere-settings.ts'
import type { ProviderContext } from '../model/provider.ts'
import { readCommandText } from './command-text.ts'
import { type Locate, type RolesAnywhereRequest, readCertificateFile } from './roles-anywhere.ts'

/** What may be shown: all else may be the passphrase itself. */
const VARIABLE = /^[A-Z_][A-Z0-9_]*$/

/** @returns no way to the key where none is named: the certificate's file may hold it. */
export function keyReaders(
  context: ProviderContext,
  { privateKey, keyProcess, passphraseProcess, passphraseVariable }: Partial<RolesAnywhereKey>,
  { source, locate }: { readonly source: string; readonly locate?: Locate },
): Pick<RolesAnywhereRequest, 'readKey' | 'readPassphrase'> {
  const { host, signal } = context
  const failAt =
    (setting: string) =>
    (code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError =>
      new CredentialsError(problem, { code, source, remedy, location: locate?.(setting) })
  const run = (name: string, line: string) => () => readCommandText(host, { line, name, signal, fail: failAt(name) })

  const readVariableOf = (name: string) => async () => {
    const passphrase = host.env[name]
    if (passphrase !== undefined) return passphrase
    const shown = VARIABLE.test(name) ? name : 'the variable of rolesanywhere_passphrase_env'
    const fail = failAt('rolesanywhere_passphrase_env')
    throw fail('CONFIG_INVALID', `${shown} is to hold the passphrase, and is not set`, `Set ${shown}`)
  }
  const readPassphrase = passphraseProcess
    ? async () => (await run('rolesanywhere_passphrase_process', passphraseProcess)()).replace(/\r?\n$/, '')
    : passphraseVariable && readVariableOf(passphraseVariable)
  const readKey = keyProcess
    ? run('rolesanywhere_private_key_process', keyProcess)
    : privateKey && (async () => new TextDecoder().decode(await readCertificateFile(context, { source }, privateKey)))
  return { readKey: readKey || undefined, readPassphrase: readPassphrase || undefined }
}
