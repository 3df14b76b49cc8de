/**
 * Certificates that the user wants trusted instead of the platform's, as behind a proxy that reads all traffic.
 *
 * Reads   AWS_CA_BUNDLE, then `ca_bundle` of the profile
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { decodeBase64 } from '../formats/base64.ts'
import { expandHome } from '../formats/paths.ts'
import { isSecretText } from '../formats/secret-text.ts'
import { readSetting, readVariable } from '../formats/variable.ts'
import type { Host } from '../model/host.ts'
import type { Properties } from '../model/shared-config.ts'
import { errorCode } from './file-error.ts'

/** DER: the length stands in the byte that follows. That of certificates of 256 bytes and more has two. */
const ONE_BYTE = 0x81

/**
 * @returns PEM; undefined where nothing is configured.
 * @throws CredentialsError `FILE_MISSING`, `FILE_UNREADABLE`, `CONFIG_INVALID` for a file without certificates, or with a torn one.
 */
export async function readCaBundle(
  host: Host,
  { properties }: { readonly properties: Properties | undefined },
  source: string,
): Promise<string | undefined> {
  const named = readVariable(host.env, 'AWS_CA_BUNDLE') ?? readSetting(properties, 'ca_bundle')
  if (named === undefined) return undefined
  const file = expandHome(named, host)
  const remedy = 'Set AWS_CA_BUNDLE or ca_bundle to a file of PEM certificates, or to nothing'
  const fail = (code: CredentialsErrorCode, problem: string): CredentialsError =>
    new CredentialsError(`the CA bundle ${file} ${problem}`, { code, source, remedy, location: { file } })
  if (isSecretText(named))
    throw new CredentialsError('the name of the CA bundle is no path', { code: 'CONFIG_INVALID', source, remedy })
  const bytes = await host.readFile(file).catch((error: unknown) => {
    throw fail('FILE_UNREADABLE', `cannot be read${errorCode(error)}`)
  })
  if (!bytes) throw fail('FILE_MISSING', 'does not exist')
  const text = new TextDecoder().decode(bytes)
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)(-----END CERTIFICATE-----)?/g)]
  if (blocks.length === 0) throw fail('CONFIG_INVALID', 'holds no certificate')
  if (blocks.every(([, base64 = '', end]) => end && isWhole(base64.replace(/\s/g, '')))) return text
  throw fail('CONFIG_INVALID', 'holds a torn certificate')
}

/** By the length that it begins with: a bundle is read for each request. Node passes over those that are torn. */
function isWhole(base64: string): boolean {
  const [, form, first = 0, second = 0] = decodeBase64(base64.slice(0, 8)) ?? []
  const sizeBytes = (base64.length / 4) * 3 - (/=*$/.exec(base64)?.[0].length ?? 0)
  return sizeBytes === (form === ONE_BYTE ? 3 + first : 4 + first * 256 + second)
}
