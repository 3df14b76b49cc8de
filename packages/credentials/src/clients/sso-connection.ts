/**
 * The two services of IAM Identity Center as a profile has them: where each is asked, always in the region of the
 * identity center, and how one answer is got.
 *
 * Reads   AWS_ENDPOINT_URL_SSO, AWS_ENDPOINT_URL_SSO_OIDC and the settings behind them
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import { chooseEndpoint } from '../formats/endpoint.ts'
import { checkRegion } from '../formats/region.ts'
import { originInSection } from '../formats/shared-config.ts'
import type { SsoSession } from '../formats/sso-settings.ts'
import { checkTokenEndpoint, warnOfPlainHttp } from '../formats/token-endpoint.ts'
import type { Host } from '../model/host.ts'
import type { ProviderContext, Trace } from '../model/provider.ts'
import type { Sessions } from '../model/sessions.ts'
import { readCaBundle } from './ca-bundle.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { type OutgoingRequest, type Reply, request } from './request.ts'
import { isPassing, withRetries } from './retry.ts'
import type { SelectedProfile } from './selected-profile.ts'

const REQUEST_TIMEOUT_MS = 10_000
const OVERALL_TIMEOUT_MS = 30_000

/** `portal` has accounts, roles and credentials; `oidc` signs in. */
export type SsoService = 'portal' | 'oidc'

const SERVICES: Readonly<Record<SsoService, { readonly service: string; readonly id: string }>> = {
  portal: { service: 'portal.sso', id: 'sso' },
  oidc: { service: 'oidc', id: 'sso_oidc' },
}

export interface SsoConnection {
  readonly host: Host
  readonly session: SsoSession
  /** What the service is told to sign in to: that of the session, or where it leads. */
  readonly startUrl: string
  /** Where the service is asked: that of the session, or of the portal that its start URL leads to. */
  readonly region: string
  /** The profile that names the session: a person signs in for it. */
  readonly profile: string
  /** The provider that asks. */
  readonly source: string
  readonly signal: AbortSignal
  readonly trace: Trace | undefined
  readonly sessions?: Sessions | undefined
  /** The setting that led here, where a file did. */
  readonly location: Location | undefined
  /** @throws CredentialsError `CONFIG_INVALID` for an address that a refresh token may not be sent to. */
  endpointOf(service: SsoService, region?: string): URL
  /** Certificates to trust, as PEM. */
  readCa(): Promise<string | undefined>
}

/** @throws CredentialsError `REGION_INVALID`, before anything is sent. */
export function connectToSso(
  { host, signal, trace, sessions }: ProviderContext,
  selected: SelectedProfile,
  session: SsoSession,
  profile: string,
  source: string,
  location?: Location,
): SsoConnection {
  const { name: selectedName, config } = selected
  const chosenBy = `sso_region of ${session.name === undefined ? `profile ${profile}` : `sso-session ${session.name}`}`
  const origin =
    session.name === undefined
      ? config.origins[profile]?.['sso_region']
      : originInSection(config, `sso-session ${session.name}`, 'sso_region')
  const place = origin ? { file: origin.path, line: origin.line } : location
  const { name: region } = checkRegion({ name: session.region, chosenBy }, place)
  const endpointOf = (service: SsoService, inRegion = region): URL => {
    const url = chooseEndpoint({ ...SERVICES[service], region: inRegion, env: host.env, config, profile: selectedName })
    return service === 'portal' && warnOfPlainHttp(url) ? url : checkTokenEndpoint(url, source)
  }
  const readCa = (): Promise<string | undefined> => readCaBundle(host, selected, source)
  const { startUrl } = session
  return { host, session, startUrl, region, profile, source, signal, trace, sessions, location, endpointOf, readCa }
}

export interface SsoCall extends Pick<OutgoingRequest, 'method' | 'headers' | 'body'> {
  readonly service: SsoService
  /** Begins with a slash. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
}

/**
 * Up to 3 more attempts where the service does not answer, or says that it is busy.
 *
 * @throws CredentialsError `SOURCE_UNREACHABLE`, `TIMEOUT`.
 */
export async function callSso(sso: SsoConnection, call: SsoCall): Promise<Reply> {
  const { host, source, signal, location } = sso
  const { service, path, query = {}, ...rest } = call
  const url = new URL(sso.endpointOf(service))
  const warning = warnOfPlainHttp(url)
  if (warning) sso.trace?.warn(warning)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  url.search = new URLSearchParams(query).toString()
  const ca = await sso.readCa()

  return withRetries(host, signal, async () => {
    const reply = await request(host, { ...rest, source, url, ca, timeoutMs: REQUEST_TIMEOUT_MS, signal, location })
    if (!isPassing(reply.status)) return reply
    const problem = `${url.origin} answered ${path} with ${reply.status}`
    throw failSso(sso, 'SOURCE_UNREACHABLE', problem, 'Try again later')
  })
}

/** All that one caller waits for, within 30 s. */
export async function withinOverallTime<T>(
  { host, signal, source }: { readonly host: Host; readonly signal: AbortSignal; readonly source: string },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withDeadline(host, OVERALL_TIMEOUT_MS, signal, work).catch((error: unknown) => {
    if (!(error instanceof DeadlinePassed)) throw error
    const problem = `IAM Identity Center took more than ${OVERALL_TIMEOUT_MS / 1000} s`
    throw new CredentialsError(problem, { code: 'TIMEOUT', source, remedy: 'Check the network, and try again' })
  })
}

/** A person has to sign in. */
export function loginRequired(sso: SsoConnection, problem: string, file?: string): CredentialsError {
  const { profile, source } = sso
  const remedy = `Run rolecall login --profile ${profile}, or aws sso login --profile ${profile}`
  const location = file === undefined ? sso.location : { file }
  return new CredentialsError(problem, { code: 'LOGIN_REQUIRED', source, remedy, location })
}

export function failSso(
  { source, location }: SsoConnection,
  code: CredentialsErrorCode,
  problem: string,
  remedy: string,
): CredentialsError {
  return new CredentialsError(problem, { code, source, remedy, location })
}
