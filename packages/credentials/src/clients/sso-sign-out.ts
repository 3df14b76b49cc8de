/**
 * Ends sign-ins with IAM Identity Center: at the service, and in the files of the AWS CLI.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html
 *         https://docs.aws.amazon.com/cli/latest/reference/sso/logout.html
 * @module
 */
import { CredentialsError, isCredentialsError } from '../errors.ts'
import { parseJsonObject, readText } from '../formats/json.ts'
import { joinPath, readHome } from '../formats/paths.ts'
import type { SsoSession } from '../formats/sso-settings.ts'
import type { Host } from '../model/host.ts'
import { errorCode } from './file-error.ts'
import { locateSsoToken, readCacheFile, readSsoToken, ssoCacheFolder } from './sso-cache.ts'
import { type SsoConnection, withinOverallTime } from './sso-connection.ts'
import { logout } from './sso-portal.ts'

export interface SignedOut {
  readonly file: string
  /** Undefined where the file does not say. */
  readonly startUrl: string | undefined
  /** The service has ended it too. Otherwise it was over, or the service could not be asked: the file is gone anyway. */
  readonly endedAtService: boolean
}

type Asker = Pick<SsoConnection, 'host' | 'signal' | 'source'>

/** @returns undefined where nobody has signed in. */
export async function signOut(sso: SsoConnection): Promise<SignedOut | undefined> {
  return endSignIn(sso, await locateSsoToken(sso.host, sso.session, sso.source), () => sso)
}

/**
 * Every sign-in of this user, and the credentials that the AWS CLI got for them. Other files stay.
 *
 * @param connect a session of its own for each sign-in.
 */
export async function signOutEverywhere(
  asker: Asker,
  connect: (session: SsoSession) => SsoConnection,
): Promise<SignedOut[]> {
  const { host, source } = asker
  const folder = ssoCacheFolder(host, source)
  const ended: SignedOut[] = []
  for (const file of await listJson(host, folder, source)) {
    const entry = await readEntry(host, file, source)
    if (!entry || !('accessToken' in entry)) continue
    const startUrl = readText(entry, 'startUrl') ?? ''
    const region = readText(entry, 'region') ?? ''
    const one = await endSignIn(asker, file, () => connect({ name: undefined, startUrl, region, scopes: [] }))
    if (one) ended.push(one)
  }
  await removeRoleCredentials(host, source)
  return ended
}

/** Alone with the file: a renewal under way elsewhere must not write it again. */
async function endSignIn(asker: Asker, file: string, connect: () => SsoConnection): Promise<SignedOut | undefined> {
  const { host, source } = asker
  const end = async (signal: AbortSignal): Promise<SignedOut | undefined> => {
    const token = await readSsoToken({ host, signal, source }, file)
    if (token === 'missing') return undefined
    const endedAtService = token !== 'damaged' && (await endAtService(connect, token.accessToken, signal))
    await removeFile(host, file, source)
    const startUrl = token === 'damaged' ? undefined : readText(token.entry, 'startUrl')
    return { file, startUrl, endedAtService }
  }
  return withinOverallTime(asker, (signal) => host.withLock(file, () => end(signal), signal))
}

/** A service that cannot be asked does not keep a person from signing out here. */
async function endAtService(connect: () => SsoConnection, accessToken: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await logout({ ...connect(), signal }, accessToken)
  } catch (error) {
    signal.throwIfAborted()
    if (isCredentialsError(error)) return false
    throw error
  }
}

/** As `aws sso logout` does: nothing in such a file says which sign-in it came from. */
async function removeRoleCredentials(host: Host, source: string): Promise<void> {
  const home = readHome(host)
  if (home === undefined) return
  for (const file of await listJson(host, joinPath(host.platform, home, '.aws', 'cli', 'cache'), source)) {
    const entry = await readEntry(host, file, source)
    if (entry?.['ProviderType'] === 'sso') await removeFile(host, file, source)
  }
}

async function listJson(host: Host, folder: string, source: string): Promise<string[]> {
  const names = await host.listDir(folder).catch((error: unknown) => {
    throw unusable(`the folder ${folder} cannot be read${errorCode(error)}`, folder, source)
  })
  return names.filter((name) => name.endsWith('.json')).map((name) => joinPath(host.platform, folder, name))
}

/** undefined for what cannot be read, or is no JSON: not ours to remove. */
async function readEntry(host: Host, file: string, source: string): Promise<ReturnType<typeof parseJsonObject>> {
  return parseJsonObject((await readCacheFile(host, file, source).catch(() => undefined)) ?? '')
}

async function removeFile(host: Host, file: string, source: string): Promise<void> {
  await host.removeFile(file).catch((error: unknown) => {
    throw unusable(`the sign-in in ${file} cannot be removed${errorCode(error)}`, file, source)
  })
}

function unusable(problem: string, file: string, source: string): CredentialsError {
  const remedy = 'Remove it by hand'
  return new CredentialsError(problem, { code: 'FILE_UNREADABLE', source, remedy, location: { file } })
}
