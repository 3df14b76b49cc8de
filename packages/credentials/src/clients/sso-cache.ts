/**
 * The files in which the AWS CLI and the SDKs keep sign-ins and registered clients: `~/.aws/sso/cache`.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import { parseJsonObject } from '../formats/json.ts'
import { joinPath, readHome } from '../formats/paths.ts'
import { registrationKey } from '../formats/sso-registration.ts'
import type { SsoSession } from '../formats/sso-settings.ts'
import { parseSsoToken, type SsoToken } from '../formats/sso-token.ts'
import type { Host } from '../model/host.ts'
import { sha1Hex } from './digest.ts'
import { errorCode } from './file-error.ts'

const FILE_MODE = 0o600
/** The AWS CLI empties a file and then writes it: who comes in between reads half of it, for a moment. */
const TORN = { reads: 3, pauseMs: 50 }

/** @throws CredentialsError `CONFIG_INVALID` where nobody knows the home folder. */
export function ssoCacheFolder(host: Host, source: string): string {
  const home = readHome(host)
  if (home !== undefined) return joinPath(host.platform, home, '.aws', 'sso', 'cache')
  const problem = 'nothing says where the home folder is, and so where sign-ins are kept'
  throw new CredentialsError(problem, { code: 'CONFIG_INVALID', source, remedy: 'Set HOME' })
}

/** Named by the session; by the start URL for a profile of the older kind. */
export async function locateSsoToken(host: Host, { name, startUrl }: SsoSession, source: string): Promise<string> {
  const folder = ssoCacheFolder(host, source)
  return joinPath(host.platform, folder, `${await sha1Hex(name ?? startUrl)}.json`)
}

export async function locateRegistration(host: Host, session: SsoSession, source: string): Promise<string> {
  const folder = ssoCacheFolder(host, source)
  return joinPath(host.platform, folder, `${await sha1Hex(registrationKey(session))}.json`)
}

/**
 * @returns 'missing' where there is no such file, 'damaged' where it holds no token.
 * @throws CredentialsError `FILE_UNREADABLE`.
 */
export async function readSsoToken(
  { host, signal, source }: { readonly host: Host; readonly signal: AbortSignal; readonly source: string },
  file: string,
): Promise<SsoToken | 'missing' | 'damaged'> {
  for (let read = 1; ; read++) {
    const text = await readCacheFile(host, file, source)
    if (text === undefined) return 'missing'
    const token = parseSsoToken(text)
    if (token || read === TORN.reads || parseJsonObject(text)) return token ?? 'damaged'
    await host.sleep(TORN.pauseMs, signal)
  }
}

/** @throws CredentialsError `FILE_UNREADABLE`. */
export async function readCacheFile(host: Host, file: string, source: string): Promise<string | undefined> {
  const bytes = await host.readFile(file).catch((error: unknown) => {
    throw new CredentialsError(`the sign-in in ${file} cannot be read${errorCode(error)}`, {
      code: 'FILE_UNREADABLE',
      source,
      remedy: 'Make it a file that you may read, or remove it',
      location: { file },
    })
  })
  return bytes && new TextDecoder().decode(bytes)
}

/** For this user's eyes only. Rejects as the host does. */
export async function writeCacheFile(host: Host, file: string, entry: object): Promise<void> {
  await host.writeFile(file, new TextEncoder().encode(JSON.stringify(entry)), { mode: FILE_MODE })
}
