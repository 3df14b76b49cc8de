/**
 * The file of an `aws login` session, which the AWS CLI, the AWS SDKs and this library share.
 *
 * Reads   AWS_LOGIN_CACHE_DIRECTORY, then `~/.aws/login/cache`
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
 * @module
 */
import { CredentialsError, type Location } from '../errors.ts'
import { type LoginSession, parseLoginSession } from '../formats/login-session.ts'
import { expandHome, joinPath, readHome } from '../formats/paths.ts'
import { readVariable } from '../formats/variable.ts'
import type { Host } from '../model/host.ts'
import { sha256Hex } from './digest.ts'
import { errorCode } from './file-error.ts'

/** Not every tool writes such a file whole: who comes in between reads half of it, for a moment. */
const TORN = { reads: 3, pauseMs: 50 }

export interface LoginFile {
  readonly path: string
  /** @throws CredentialsError `LOGIN_REQUIRED` names what is missing; `FILE_UNREADABLE`. */
  read(): Promise<LoginSession>
  /** For the eyes of this user only. Rejects with what the system says. */
  write(session: LoginSession): Promise<void>
}

export interface LoginName {
  /** `login_session` of a profile: the ARN of who signed in. */
  readonly loginSession: string
  /** The provider that asks. */
  readonly source: string
  /** Named in remedies. */
  readonly profile?: string | undefined
  /** The setting that names the session. */
  readonly location?: Location | undefined
}

/** @throws CredentialsError `CONFIG_INVALID` where nobody knows the home folder. */
export async function openLoginFile(
  host: Host,
  name: LoginName & { readonly signal: AbortSignal },
): Promise<LoginFile> {
  const { loginSession, source, profile, location, signal } = name
  const path = joinPath(host.platform, loginFolder(host, source), `${await sha256Hex(loginSession)}.json`)
  const required = (problem: string, at: Location | undefined): CredentialsError =>
    new CredentialsError(problem, { code: 'LOGIN_REQUIRED', source, remedy: signInAgain(profile), location: at })

  return {
    path,
    async read() {
      for (let read = 1; ; read++) {
        const text = await readText(host, path, source)
        if (text === undefined) throw required(`nobody is signed in as ${loginSession}: there is no ${path}`, location)
        const session = parseLoginSession(text)
        if (!('missing' in session)) return session
        if (read === TORN.reads || text.trimEnd().endsWith('}')) {
          const fault = session.missing === undefined ? 'is no JSON object' : `has no valid ${session.missing}`
          throw required(`the login session ${path} ${fault}`, { file: path })
        }
        await host.sleep(TORN.pauseMs, signal)
      }
    },
    write: ({ file }) =>
      host.writeFile(path, new TextEncoder().encode(`${JSON.stringify(file, null, 2)}\n`), { mode: 0o600 }),
  }
}

/** An imperative sentence without its full stop. */
export function signInAgain(profile: string | undefined): string {
  const option = profile === undefined || profile === 'default' ? '' : ` --profile ${profile}`
  return `Run rolecall login${option}, or aws login${option}`
}

async function readText(host: Host, path: string, source: string): Promise<string | undefined> {
  const bytes = await host.readFile(path).catch((error: unknown) => {
    const remedy = 'Make it a file that you may read'
    const problem = `the login session ${path} cannot be read${errorCode(error)}`
    throw new CredentialsError(problem, { code: 'FILE_UNREADABLE', source, remedy, location: { file: path } })
  })
  return bytes && new TextDecoder().decode(bytes)
}

/** @throws CredentialsError `CONFIG_INVALID` where nobody knows the home folder. */
export function loginFolder(host: Host, source: string): string {
  const named = readVariable(host.env, 'AWS_LOGIN_CACHE_DIRECTORY')
  if (named !== undefined) return expandHome(named, host)
  const home = readHome(host)
  if (home !== undefined) return joinPath(host.platform, home, '.aws', 'login', 'cache')
  const remedy = 'Set HOME or AWS_LOGIN_CACHE_DIRECTORY'
  throw new CredentialsError('nobody knows the home folder', { code: 'CONFIG_INVALID', source, remedy })
}
