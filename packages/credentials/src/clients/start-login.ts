/**
 * Signs a person in for an `aws login` session: by a browser on this machine, or by one anywhere and a pasted code.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/reference/login/index.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { accountOf } from '../formats/arn.ts'
import { readText } from '../formats/json.ts'
import { readClaims } from '../formats/jwt.ts'
import { authorizeUrl, parseLoginAnswer } from '../formats/login-authorization.ts'
import { createLoginSession, type LoginSession } from '../formats/login-session.ts'
import type { Host } from '../model/host.ts'
import { sha256Base64Url } from './digest.ts'
import { createDpopKey } from './dpop.ts'
import { errorCode } from './file-error.ts'
import { openLoginFile } from './login-file.ts'
import { loadSelectedProfile } from './selected-profile.ts'
import { connectToSignIn, requestToken, type SignInConnection, signInUrl } from './sign-in.ts'

const SOURCE = 'login'

export interface LoginRequest {
  /** Its region and endpoints count. It need not exist. Default: AWS_PROFILE, AWS_DEFAULT_PROFILE, then `default`. */
  readonly profile?: string
  /** Default: that of the profile, AWS_REGION, AWS_DEFAULT_REGION, then us-east-1. The session stays in it. */
  readonly region?: string
  /**
   * Where this machine waits for the browser: `http://127.0.0.1:PORT/oauth/callback`. Without it the person signs in
   * wherever they like, and pastes the code that the page shows.
   */
  readonly redirectUri?: string
  readonly signal?: AbortSignal
}

export interface StartedLogin {
  /** For the browser. */
  readonly url: string
  readonly region: string
  /**
   * @param answer the address or query that the browser came back with, or what the person pasted.
   * @throws CredentialsError `LOGIN_REQUIRED` for an answer that is none, belongs to another sign-in or came too late;
   *   `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`.
   */
  finish(answer: string): Promise<FinishedLogin>
}

/** Somebody has signed in; nothing is written yet. */
export interface FinishedLogin {
  /** The ARN of who signed in: the `login_session` of the profile. */
  readonly loginSession: string
  readonly accountId: string
  /** Writes the file that this library, the AWS CLI and the AWS SDKs read. Throws `FILE_UNREADABLE` where that fails. */
  save(): Promise<{ readonly path: string }>
}

/** @throws CredentialsError `REGION_INVALID`, `CONFIG_INVALID`. */
export async function startLogin(host: Host, request: LoginRequest = {}): Promise<StartedLogin> {
  const { profile, region, redirectUri: callback, signal = new AbortController().signal } = request
  const context = { host, signal, profile, region }
  const selected = await loadSelectedProfile(context)
  const connection = connectToSignIn(context, selected, { source: SOURCE, signInRegion: region })

  const redirectUri = callback ?? signInUrl(connection, '/v1/sessions/confirmation').href
  const clientId = `arn:aws:signin:::devtools/${callback === undefined ? 'cross' : 'same'}-device`
  const state = host.randomUuid()
  const codeVerifier = `${host.randomUuid()}${host.randomUuid()}`.replaceAll('-', '')
  const codeChallenge = await sha256Base64Url(codeVerifier)
  const page = authorizeUrl(signInUrl(connection, '/v1/authorize'), { clientId, state, redirectUri, codeChallenge })

  return {
    url: page.href,
    region: connection.region.name,
    async finish(answer) {
      const code = readCode(answer, state)
      const session = await redeem(connection, { clientId, code, codeVerifier, redirectUri })
      const { loginSession, accountId } = session
      return { loginSession, accountId, save: () => save(host, loginSession, session, signal) }
    },
  }
}

function readCode(answer: string, expectedState: string): string {
  const { state, code, error } = parseLoginAnswer(answer)
  if (error !== undefined) throw fail('SOURCE_REFUSED', 'the sign-in was declined', 'Sign in again')
  if (code === undefined || state === undefined)
    throw fail('LOGIN_REQUIRED', 'that is no answer of a sign-in', 'Paste the whole code that the page shows')
  if (state === expectedState) return code
  throw fail('LOGIN_REQUIRED', 'that is the answer of another sign-in', 'Start again, and use the newest page')
}

type Redeemed = LoginSession & { readonly loginSession: string; readonly accountId: string }

async function redeem(
  connection: SignInConnection,
  grant: Readonly<Record<'clientId' | 'code' | 'codeVerifier' | 'redirectUri', string>>,
): Promise<Redeemed> {
  const dpopKey = await createDpopKey()
  const answer = await requestToken(connection, dpopKey, { ...grant, grantType: 'authorization_code' })
  const { idToken, refreshToken } = answer
  const loginSession = readText(readClaims(idToken ?? '') ?? {}, 'sub')
  const accountId = accountOf(loginSession)
  if (!idToken || !refreshToken || !loginSession || !accountId)
    throw fail('RESPONSE_INVALID', `${connection.url.origin} sent half a session`, 'Check what serves that address')

  const { clientId } = grant
  const signInRegion = connection.region.name
  const owner = { accountId, clientId, dpopKey, signInRegion }
  return { ...createLoginSession({ ...answer, idToken, refreshToken }, owner), loginSession, accountId }
}

async function save(
  host: Host,
  loginSession: string,
  session: LoginSession,
  signal: AbortSignal,
): Promise<{ path: string }> {
  const { path, write } = await openLoginFile(host, { loginSession, source: SOURCE, signal })
  await host
    .withLock(path, () => write(session), signal)
    .catch((error: unknown) => {
      signal.throwIfAborted()
      const problem = `the login session could not be written to ${path}${errorCode(error)}`
      throw fail('FILE_UNREADABLE', problem, 'Make that folder one that you may write to')
    })
  return { path }
}

function fail(code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code, source: SOURCE, remedy })
}
