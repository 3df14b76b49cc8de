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
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { errorCode } from './file-error.ts'
import { type LoginFile, type LoginName, openLoginFile, signInAgain } from './login-file.ts'
import type { SelectedProfile } from './selected-profile.ts'
import { connectToSignIn, requestToken, type SignInConnection } from './sign-in.ts'

/** Keys with no more than this left are renewed. The AWS SDKs have the same window. */
const WINDOW_MS = 5 * 60_000
/** For a turn at the file and the renewal. */
const OVERALL_TIMEOUT_MS = 30_000

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
  // not given up half-way: the refresh token is good once, and what it gave has to be written
  const own = { ...context, signal: new AbortController().signal }
  const inTurn = (signal: AbortSignal) =>
    host.withLock(file.path, () => renewUnlessDone(own, selected, name, file), signal)
  return withDeadline(host, OVERALL_TIMEOUT_MS, signal, inTurn).catch((error: unknown) => {
    if (!(error instanceof DeadlinePassed)) throw error
    const problem = `the login session was not renewed in ${OVERALL_TIMEOUT_MS / 1000} s`
    const { source, location } = name
    const late = new CredentialsError(problem, { code: 'TIMEOUT', source, remedy: 'Check the network', location })
    if (!isAlive(session, host.now())) throw late
    warnOf(late, context)
    return session.keys
  })
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
    warnOf(withRemedy(error, name, file), context)
    return session.keys
  }
}

function warnOf({ problem, remedy }: CredentialsError, { trace }: ProviderContext): void {
  const text = `the keys of the login session could not be renewed, they are used to their end: ${problem}`
  trace?.warn({ code: 'RENEWAL_FAILED', text, remedy })
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
