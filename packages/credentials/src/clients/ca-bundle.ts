/**
 * Certificates that the user wants trusted instead of the platform's, as behind a proxy that reads all traffic.
 *
 * Reads   AWS_CA_BUNDLE, then `ca_bundle` of the profile
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { expandHome } from '../formats/paths.ts'
import { readSetting, readVariable } from '../formats/variable.ts'
import type { Host } from '../model/host.ts'
import type { Properties } from '../model/shared-config.ts'
import { errorCode } from './file-error.ts'

/**
 * @returns PEM; undefined where nothing is configured.
 * @throws CredentialsError `FILE_MISSING`, `FILE_UNREADABLE`, `CONFIG_INVALID` for a file without certificates.
 */
export async function readCaBundle(
  host: Host,
  { properties }: { readonly properties: Properties | undefined },
  source: string,
): Promise<string | undefined> {
  const named = readVariable(host.env, 'AWS_CA_BUNDLE') ?? readSetting(properties, 'ca_bundle')
  if (named === undefined) return undefined
  const file = expandHome(named, host)
  const fail = (code: CredentialsErrorCode, problem: string): CredentialsError => {
    const remedy = 'Set AWS_CA_BUNDLE or ca_bundle to a file of PEM certificates, or to nothing'
    return new CredentialsError(`the CA bundle ${file} ${problem}`, { code, source, remedy, location: { file } })
  }
  const bytes = await host.readFile(file).catch((error: unknown) => {
    throw fail('FILE_UNREADABLE', `cannot be read${errorCode(error)}`)
  })
  if (!bytes) throw fail('FILE_MISSING', 'does not exist')
  const text = new TextDecoder().decode(bytes)
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw fail('CONFIG_INVALID', 'holds no certificate')
}
