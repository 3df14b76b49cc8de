/**
 * The sign-in service of AWS: exchanges codes and refresh tokens for the keys of a person.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/reference/signin/create-oauth2-token.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { chooseEndpoint } from '../formats/endpoint.ts'
import { readSignInError, readTokenAnswer, type TokenAnswer } from '../formats/login-session.ts'
import { type ChosenRegion, checkRegion } from '../formats/region.ts'
import { checkTokenEndpoint } from '../formats/token-endpoint.ts'
import { readSetting } from '../formats/variable.ts'
import type { Host } from '../model/host.ts'
import type { ProviderContext, Trace } from '../model/provider.ts'
import { readCaBundle } from './ca-bundle.ts'
import { sendInTime } from './clock-skew.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { createDpopProof } from './dpop.ts'
import { type Reply, request } from './request.ts'
import { isPassing, withRetries } from './retry.ts'
import { regionOf, type SelectedProfile } from './selected-profile.ts'
import { ServiceError } from './service-error.ts'

const REQUEST_TIMEOUT_MS = 10_000
const OVERALL_TIMEOUT_MS = 30_000
/** Where nothing names a region: what `aws login` proposes. */
const DEFAULT_REGION: ChosenRegion = { name: 'us-east-1', chosenBy: 'default, since nothing names a region' }
const DOMAINS: Readonly<Record<string, string>> = {
  aws: 'signin.aws.amazon.com',
  'aws-cn': 'signin.amazonaws.cn',
  'aws-us-gov': 'signin.amazonaws-us-gov.com',
  'aws-eusc': 'signin.amazonaws-eusc.eu',
  'aws-iso': 'signin.c2shome.ic.gov',
  'aws-iso-b': 'signin.sc2shome.sgov.gov',
  'aws-iso-e': 'signin.csphome.adc-e.uk',
  'aws-iso-f': 'signin.csphome.hci.ic.gov',
}

export interface SignInConnection {
  readonly host: Host
  /** Of the service; paths are relative to it. */
  readonly url: URL
  readonly region: ChosenRegion
  /** The provider that asks. */
  readonly source: string
  readonly signal: AbortSignal
  readonly readCa: () => Promise<string | undefined>
  readonly trace: Trace | undefined
}

export interface SignInPlace {
  readonly source: string
  /** The profile of the session; its region counts before that of the caller's requests. */
  readonly profile?: string | undefined
  /** Where the session was made, if it says: the service takes its refresh token nowhere else. */
  readonly signInRegion?: string | undefined
}

/** @throws CredentialsError `REGION_INVALID`, `CONFIG_INVALID` before anything is sent. */
export function connectToSignIn(
  context: ProviderContext,
  selected: SelectedProfile,
  { source, profile = selected.name, signInRegion }: SignInPlace,
): SignInConnection {
  const { host, signal, trace } = context
  const { config } = selected
  const ofProfile = readSetting(config.profiles[profile], 'region')
  const region =
    (signInRegion !== undefined && checkRegion({ name: signInRegion, chosenBy: 'the login session' })) ||
    (ofProfile !== undefined && checkRegion({ name: ofProfile, chosenBy: `profile ${profile}` })) ||
    regionOf(selected, context) ||
    DEFAULT_REGION
  const place = { region: region.name, env: host.env, config, profile: selected.name, domains: DOMAINS }
  const url = checkTokenEndpoint(chooseEndpoint({ service: 'signin', id: 'signin', ...place }), source)
  return { host, url, region, source, signal, readCa: () => readCaBundle(host, selected, source), trace }
}

/** The address of one of the service's pages or operations. */
export function signInUrl({ url }: Pick<SignInConnection, 'url'>, path: string): URL {
  return new URL(url.href.replace(/\/+$/, '') + path)
}

/**
 * @param dpopKey PEM of the key that the grant is, or shall be, bound to.
 * @throws CredentialsError `LOGIN_REQUIRED` for a key that is none, and where only a new sign-in helps; `SOURCE_REFUSED`,
 *   `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`. None quotes what was sent.
 */
export async function requestToken(
  connection: SignInConnection,
  dpopKey: string,
  grant: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const { host, signal, url } = connection
  const attempt = (signal: AbortSignal) =>
    withRetries(host, signal, () => ask({ ...connection, signal }, dpopKey, grant))
  return withDeadline(host, OVERALL_TIMEOUT_MS, signal, attempt).catch((error: unknown) => {
    if (!(error instanceof DeadlinePassed)) throw error
    throw fail(
      connection,
      'TIMEOUT',
      `${url.origin} took more than ${OVERALL_TIMEOUT_MS / 1000} s`,
      'Check the network',
    )
  })
}

async function ask(
  connection: SignInConnection,
  dpopKey: string,
  grant: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const { host, source, signal, readCa, trace } = connection
  const url = signInUrl(connection, '/v1/token')
  const ca = url.protocol === 'https:' ? await readCa() : undefined
  const body = JSON.stringify(grant)
  const timeoutMs = REQUEST_TIMEOUT_MS
  const send = async (now: number): Promise<Reply> => {
    const dpop = await createDpopProof(host, dpopKey, url, now)
    if (!dpop) throw fail(connection, 'LOGIN_REQUIRED', 'dpopKey is no P-256 private key', 'Sign in again')
    const headers = { accept: 'application/json', 'content-type': 'application/json', dpop }
    return request(host, { source, url, method: 'POST', headers, body, ca, timeoutMs, signal })
  }
  const reply = await sendInTime({ host, trace, service: 'the sign-in service', send })
  if (reply.status !== 200) throw describeRefusal(connection, reply.status, readSignInError(reply.text))
  const answer = readTokenAnswer(reply.text, host.now())
  if (answer) return answer
  throw fail(connection, 'RESPONSE_INVALID', `${url.origin} sent no credentials`, 'Check what serves that address')
}

/** By the service's own code where it gives one; its words are left out, they may quote what was sent. */
function describeRefusal(connection: SignInConnection, status: number, code: string | undefined): CredentialsError {
  const { url, region, source } = connection
  const [kind, problem, remedy] = explainRefusal(status, code, region)
  const answered = `${url.origin} answered ${code ?? status}`
  return new ServiceError(
    problem ? `${problem} (${answered})` : answered,
    { code: kind, source, remedy },
    { serviceCode: code },
  )
}

function explainRefusal(
  status: number,
  code: string | undefined,
  region: ChosenRegion,
): [kind: CredentialsErrorCode, problem: string, remedy: string] {
  if (isPassing(status)) return ['SOURCE_UNREACHABLE', '', 'Try again later']
  switch (code) {
    case 'TOKEN_EXPIRED':
      return ['LOGIN_REQUIRED', 'the login session has ended', 'Sign in again']
    case 'USER_CREDENTIALS_CHANGED':
      return ['LOGIN_REQUIRED', 'the password has changed since the sign-in', 'Sign in again']
    case 'AUTHCODE_EXPIRED':
      return ['LOGIN_REQUIRED', 'the code of the sign-in came too late', 'Sign in again']
    case 'INSUFFICIENT_PERMISSIONS':
      return [
        'SOURCE_REFUSED',
        'the identity lacks the permission signin:CreateOAuth2Token',
        'Grant signin:CreateOAuth2Token',
      ]
    default: {
      const asked = `the sign-in was in the region asked, ${region.name} (${region.chosenBy})`
      return ['SOURCE_REFUSED', '', `Check that ${asked}, then sign in again`]
    }
  }
}

function fail(
  { source }: SignInConnection,
  code: CredentialsErrorCode,
  problem: string,
  remedy: string,
): CredentialsError {
  return new CredentialsError(problem, { code, source, remedy })
}
