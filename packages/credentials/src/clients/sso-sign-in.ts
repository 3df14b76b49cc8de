/**
 * How a person signs in to IAM Identity Center: in the browser of this machine, or with a code in any browser. The
 * sign-in is written where the AWS CLI and the SDKs look for it.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 *         https://www.rfc-editor.org/rfc/rfc8628 (device code), https://www.rfc-editor.org/rfc/rfc7636 (PKCE)
 * @module
 */
import { CredentialsError } from '../errors.ts'
import type { DeviceAuthorization } from '../formats/sso-answer.ts'
import { createEntry, type IssuedToken, type SsoClient } from '../formats/sso-token.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { sha256Base64Url } from './digest.ts'
import { errorCode } from './file-error.ts'
import { ServiceError } from './service-error.ts'
import { locateSsoToken, writeCacheFile } from './sso-cache.ts'
import { failSso, type SsoConnection } from './sso-connection.ts'
import { redeemCode, redeemDeviceCode, startDeviceAuthorization } from './sso-oidc.ts'
import { getClient, redirectUriAt, scopesForCodes } from './sso-registration.ts'
import { followStartUrl } from './sso-start-url.ts'

const BROWSER_TIMEOUT_MS = 10 * 60_000
/** How much slower a device asks, when it is told to. */
const SLOW_DOWN_MS = 5_000

/** Who has signed in, without the token. */
export interface SignedIn {
  readonly startUrl: string
  /** Name of the sso-session; undefined for a profile of the older kind. */
  readonly session: string | undefined
  /** Of the token. Where it can be renewed the sign-in lasts longer. */
  readonly expiration: Date
  readonly renewable: boolean
  /** Where it is kept. */
  readonly file: string
}

/** What a person needs to let this device in. */
export interface DeviceCode {
  /** To be entered at {@link page}, or compared with what {@link pageWithCode} shows. */
  readonly userCode: string
  readonly page: string
  readonly pageWithCode: string
  readonly expiration: Date
}

export interface DeviceCodePrompt {
  /** Called once, unless the person has let this device in already. */
  showCode(code: DeviceCode): void | Promise<void>
}

export interface BrowserPrompt {
  /** Where the caller's own server listens on 127.0.0.1, for `GET /oauth/callback`. */
  readonly port: number
  openBrowser(page: string): void | Promise<void>
  /** The query of that request. Not called twice; aborted when nobody needs it any more. */
  waitForRedirect(signal: AbortSignal): Promise<URLSearchParams>
}

/** @throws CredentialsError `TIMEOUT` when the code has expired, `SOURCE_REFUSED` when the person says no, and the like. */
export async function signInWithDeviceCode(configured: SsoConnection, prompt: DeviceCodePrompt): Promise<SignedIn> {
  const sso = await followStartUrl(configured)
  const { client, device } = await startDevice(sso)
  const poll = async (signal: AbortSignal): Promise<IssuedToken> => {
    let pauseMs = device.intervalSeconds * 1000
    for (let attempt = 0; ; attempt++) {
      const outcome = await askForDevice({ ...sso, signal }, client, device.deviceCode)
      if (typeof outcome === 'object') return outcome
      if (outcome === 'slow_down') pauseMs += SLOW_DOWN_MS
      if (attempt === 0) await prompt.showCode(describeDevice(sso, device))
      await sso.host.sleep(pauseMs, signal)
    }
  }
  const token = await inTime(sso, device.expiresInSeconds * 1000, poll)
  return writeSignIn(sso, client, token)
}

/** @throws CredentialsError `TIMEOUT` after 10 minutes, `SOURCE_REFUSED` when the person says no, `RESPONSE_INVALID`. */
export async function signInWithBrowser(configured: SsoConnection, prompt: BrowserPrompt): Promise<SignedIn> {
  const sso = await followStartUrl(configured)
  const { host } = sso
  const client = await getClient(sso, 'authorization_code')
  const state = host.randomUuid()
  const codeVerifier = `${host.randomUuid()}-${host.randomUuid()}`
  const redirectUri = redirectUriAt(prompt.port)

  const page = sso.endpointOf('oidc')
  page.pathname = `${page.pathname.replace(/\/+$/, '')}/authorize`
  page.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge_method: 'S256',
    scopes: scopesForCodes(sso).join(' '),
    code_challenge: await sha256Base64Url(codeVerifier),
  }).toString()

  const query = await inTime(sso, BROWSER_TIMEOUT_MS, async (signal) => {
    const redirected = prompt.waitForRedirect(signal)
    redirected.catch(() => {}) // a browser that cannot be opened comes first
    await prompt.openBrowser(page.href)
    return redirected
  })
  const code = readCode(sso, query, state)
  const token = await redeemCode(sso, client, { code, codeVerifier, redirectUri }).catch(explainRefusal(sso))
  return writeSignIn(sso, client, token)
}

/** A client that the service has forgotten is registered anew, once. */
async function startDevice(
  sso: SsoConnection,
): Promise<{ readonly client: SsoClient; readonly device: DeviceAuthorization }> {
  const client = await getClient(sso, 'device_code')
  try {
    return { client, device: await startDeviceAuthorization(sso, client) }
  } catch (error) {
    if (!(error instanceof ServiceError && error.serviceCode === 'invalid_client')) throw error
    const renewed = await getClient(sso, 'device_code', true)
    return { client: renewed, device: await startDeviceAuthorization(sso, renewed) }
  }
}

async function askForDevice(
  sso: SsoConnection,
  client: SsoClient,
  deviceCode: string,
): Promise<IssuedToken | 'authorization_pending' | 'slow_down'> {
  try {
    return await redeemDeviceCode(sso, client, deviceCode)
  } catch (error) {
    const said = error instanceof ServiceError ? error.serviceCode : undefined
    if (said === 'authorization_pending' || said === 'slow_down') return said
    return explainRefusal(sso)(error)
  }
}

function describeDevice({ host }: SsoConnection, device: DeviceAuthorization): DeviceCode {
  return {
    userCode: device.userCode,
    page: device.verificationUri,
    pageWithCode: device.verificationUriComplete,
    expiration: new Date(host.now() + device.expiresInSeconds * 1000),
  }
}

/** The answer must be to this question: any page can send a browser to the port. */
function readCode(sso: SsoConnection, query: URLSearchParams, state: string): string {
  if (query.get('state') !== state) {
    const problem = 'the browser came back with the answer to another sign-in'
    throw failSso(sso, 'RESPONSE_INVALID', problem, 'Sign in again')
  }
  const refused = query.get('error')
  const code = query.get('code')
  if (refused !== null) throw denied(sso, /^\w{1,64}$/.test(refused) ? refused : 'an error')
  if (code) return code
  throw failSso(sso, 'RESPONSE_INVALID', 'the browser came back without a code', 'Sign in again')
}

function explainRefusal(sso: SsoConnection): (error: unknown) => never {
  return (error) => {
    const said = error instanceof ServiceError ? error.serviceCode : undefined
    if (said === 'expired_token') throw tooLate(sso)
    throw said === 'access_denied' ? denied(sso, said) : error
  }
}

function denied(sso: SsoConnection, said: string): CredentialsError {
  return failSso(sso, 'SOURCE_REFUSED', `the sign-in to ${sso.session.startUrl} was denied (${said})`, 'Sign in again')
}

function tooLate(sso: SsoConnection): CredentialsError {
  return failSso(sso, 'TIMEOUT', `nobody signed in to ${sso.session.startUrl} in time`, 'Sign in again')
}

async function inTime<T>(sso: SsoConnection, timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return withDeadline(sso.host, timeoutMs, sso.signal, work).catch((error: unknown) => {
    throw error instanceof DeadlinePassed ? tooLate(sso) : error
  })
}

async function writeSignIn(sso: SsoConnection, client: SsoClient, issued: IssuedToken): Promise<SignedIn> {
  const { host, session, source, signal } = sso
  const file = await locateSsoToken(host, session, source)
  const token = createEntry({ ...session, region: sso.region }, client, issued, host.now())
  try {
    await host.withLock(file, () => writeCacheFile(host, file, token.entry), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new CredentialsError(`the sign-in cannot be written to ${file}${errorCode(error)}`, {
      code: 'FILE_UNREADABLE',
      source,
      remedy: 'Make it a file that you may write, and sign in again',
      location: { file },
    })
  }
  const renewable = token.renewal !== undefined && session.name !== undefined
  return { startUrl: session.startUrl, session: session.name, expiration: token.expiresAt, renewable, file }
}
