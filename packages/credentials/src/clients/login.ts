/**
 * The keys of an `aws login` session: from its file, renewed there by the first process that finds them too old.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import { type LoginSession, renewLoginSession, type TokenAnswer } from '../formats/login-session.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { ProviderContext } from '../model/provider.ts'
import { errorCode } from './file-error.ts'
import { type LoginFile, type LoginName, openLoginFile, signInAgain } from './login-file.ts'
import type { SelectedProfile } from './selected-profile.ts'
import { connectToSignIn, requestToken, type SignInConnection } from './sign-in.ts'

/** Keys with no more than this left are renewed. The AWS SDKs have the same window. */
const WINDOW_MS = 5 * 60_000

/**
 * Keys that cannot be renewed are used to their end, with a warning.
 *
 * @throws CredentialsError `LOGIN_REQUIRED`, `FILE_UNREADABLE`, `CONFIG_INVALID`, `REGION_INVALID`, `SOURCE_REFUSED`,
 *   `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`.
 */
export async function getLoginKeys(
  context: ProviderContext,
  selected: SelectedProfile,
  name: LoginName,
): Promise<StaticKeys> {
  const { host, signal, trace } = context
  const file = await openLoginFile(host, { ...name, signal })
  trace?.fact('login session', name.loginSession)
  trace?.fact('session file', file.path)

  const session = await file.read()
  if (isFresh(session, host.now())) return session.keys
  return host.withLock(file.path, () => renewUnlessDone(context, selected, name, file), signal)
}

async function renewUnlessDone(
  context: ProviderContext,
  selected: SelectedProfile,
  name: LoginName,
  file: LoginFile,
): Promise<StaticKeys> {
  const { host, trace } = context
  const session = await file.read()
  if (isFresh(session, host.now())) return session.keys
  const { profile, source } = name
  const { signInRegion } = session
  const connection = connectToSignIn(context, selected, { source, profile, signInRegion })
  trace?.fact('sign-in service', connection.url.origin)

  try {
    const renewed = renewLoginSession(session, await renew(connection, session))
    await keep(context, file, renewed)
    return renewed.keys
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error // the caller gave up
    const other = await file.read().catch(() => undefined)
    if (other && other.keys.expiration > session.keys.expiration && isAlive(other, host.now())) return other.keys
    if (!isAlive(session, host.now())) throw withRemedy(error, name, file)
    const text = `the keys of the login session could not be renewed, they are used to their end: ${error.problem}`
    trace?.warn({ code: 'RENEWAL_FAILED', text, remedy: withRemedy(error, name, file).remedy })
    return session.keys
  }
}

function renew(connection: SignInConnection, { clientId, refreshToken, dpopKey }: LoginSession): Promise<TokenAnswer> {
  return requestToken(connection, dpopKey, { clientId, grantType: 'refresh_token', refreshToken })
}

/** The keys are good even where they cannot be kept; the refresh token in the file is then used up. */
async function keep({ trace }: ProviderContext, file: LoginFile, session: LoginSession): Promise<void> {
  await file.write(session).catch((error: unknown) => {
    const text = `the renewed login session could not be written to ${file.path}${errorCode(error)}`
    trace?.warn({ code: 'SESSION_NOT_WRITTEN', text, remedy: 'Make that folder one that you may write to.' })
  })
}

/** Whoever has to sign in is told how. */
function withRemedy(error: CredentialsError, { profile }: LoginName, { path }: LoginFile): CredentialsError {
  const { problem, code, source } = error
  if (code !== 'LOGIN_REQUIRED') return error
  return new CredentialsError(problem, { code, source, remedy: signInAgain(profile), location: { file: path } })
}

function isFresh({ keys }: LoginSession, now: number): boolean {
  return keys.expiration.getTime() - now > WINDOW_MS
}

function isAlive({ keys }: LoginSession, now: number): boolean {
  return keys.expiration.getTime() > now
}
