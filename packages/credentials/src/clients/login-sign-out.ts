/**
 * Ends `aws login` sessions: their files are removed. The service has nothing to tell: the keys that were handed out
 * live for a quarter of an hour.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/reference/logout/index.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import { parseLoginSession } from '../formats/login-session.ts'
import { joinPath } from '../formats/paths.ts'
import type { Host } from '../model/host.ts'
import { errorCode } from './file-error.ts'
import { loginFolder, openLoginFile } from './login-file.ts'

const SOURCE = 'login'

export interface RemovedLogin {
  readonly file: string
}

/**
 * @param loginSession the ARN of who signed in; undefined for every session of this user: files that hold none stay.
 * @throws CredentialsError `FILE_UNREADABLE` for a folder or file that is not to be read or removed; `CONFIG_INVALID`.
 */
export async function signOutOfLogin(
  host: Host,
  loginSession: string | undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<RemovedLogin[]> {
  const removed: RemovedLogin[] = []
  for (const file of await listFiles(host, loginSession, signal)) {
    // Alone with the file: a renewal under way elsewhere must not write it again.
    if (await host.withLock(file, () => removeSession(host, file, loginSession !== undefined), signal))
      removed.push({ file })
  }
  return removed
}

async function listFiles(host: Host, loginSession: string | undefined, signal: AbortSignal): Promise<string[]> {
  if (loginSession !== undefined) return [(await openLoginFile(host, { loginSession, source: SOURCE, signal })).path]
  const folder = loginFolder(host, SOURCE)
  const names = await host.listDir(folder).catch((error: unknown) => {
    throw unusable(`the folder ${folder} cannot be read${errorCode(error)}`, folder)
  })
  return names.filter((name) => name.endsWith('.json')).map((name) => joinPath(host.platform, folder, name))
}

/** One that is named goes also where it is damaged. */
async function removeSession(host: Host, file: string, isNamed: boolean): Promise<boolean> {
  const bytes = await host.readFile(file).catch((error: unknown) => {
    throw unusable(`the login session ${file} cannot be read${errorCode(error)}`, file)
  })
  if (!bytes || (!isNamed && 'missing' in parseLoginSession(new TextDecoder().decode(bytes)))) return false
  await host.removeFile(file).catch((error: unknown) => {
    throw unusable(`the login session ${file} cannot be removed${errorCode(error)}`, file)
  })
  return true
}

function unusable(problem: string, file: string): CredentialsError {
  const remedy = 'Remove it by hand'
  return new CredentialsError(problem, { code: 'FILE_UNREADABLE', source: SOURCE, remedy, location: { file } })
}
