/**
 * IAM Roles Anywhere: the session of a role for the holder of an X.509 certificate.
 *
 * Source  https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import { accountOf } from '../formats/arn.ts'
import { type Certificate, readCertificates } from '../formats/certificate.ts'
import { chooseEndpoint } from '../formats/endpoint.ts'
import { asObject, parseJsonObject, readText } from '../formats/json.ts'
import { expandHome } from '../formats/paths.ts'
import { isDer } from '../formats/pkcs12.ts'
import { ROLES_ANYWHERE_SETTING } from '../formats/profile-settings.ts'
import { checkRegion } from '../formats/region.ts'
import type { RolesAnywhereSettings } from '../formats/roles-anywhere-settings.ts'
import { isSecretText, showName } from '../formats/secret-text.ts'
import { parseTime } from '../formats/time.ts'
import { checkTokenEndpoint } from '../formats/token-endpoint.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { ProviderContext } from '../model/provider.ts'
import { keepSession, type SessionKeys, type SessionName } from '../model/sessions.ts'
import { readCaBundle } from './ca-bundle.ts'
import { describeSkew, measureSkew, sendInTime } from './clock-skew.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { errorCode } from './file-error.ts'
import { OLD_PKCS12, openPkcs12 } from './pkcs12.ts'
import { request } from './request.ts'
import { isPassing, withRetries } from './retry.ts'
import type { SelectedProfile } from './selected-profile.ts'
import { openSigningKey } from './signing-key.ts'
import { signWithCertificate, type X509Identity } from './x509-signing.ts'

const REQUEST_TIMEOUT_MS = 10_000
const OVERALL_TIMEOUT_MS = 30_000
const MAX_MESSAGE_LENGTH = 300
const CONVERT_PKCS12 = 'openssl pkcs12 -legacy -in OLD -out NEW.pem; NEW.pem is certificate and private key'

const PROFILE_ARN = 'rolesanywhere_profile_arn'
const CERTIFICATE = 'rolesanywhere_certificate'
/** The program is asked where both are there. */
const PRIVATE_KEY = ['rolesanywhere_private_key_process', 'rolesanywhere_private_key']

export interface RolesAnywhereRequest extends RolesAnywhereSettings {
  /** PEM; asked for each session. Not where the certificate's file holds the key too. */
  readonly readKey: (() => Promise<string>) | undefined
  /** Asked where the key is encrypted. */
  readonly readPassphrase: (() => Promise<string>) | undefined
  /** The provider that asks. */
  readonly source: string
  readonly location?: Location | undefined
  /** Where the first of these settings stands that a file has. */
  readonly locate?: Locate | undefined
}

export type Locate = (...settings: string[]) => Location | undefined

/**
 * Certificates are replaced while a program runs: they are read anew for each session, and once more after a refusal.
 *
 * @throws CredentialsError `CONFIG_INVALID`, `REGION_INVALID`, `FILE_MISSING`, `FILE_UNREADABLE` before anything is sent;
 *   `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`.
 */
export async function createRolesAnywhereSession(
  context: ProviderContext,
  selected: SelectedProfile,
  request: RolesAnywhereRequest,
): Promise<SessionKeys> {
  const { trace } = context
  const service = connect(context, selected, request)
  trace?.fact('trust anchor', request.trustAnchorArn)
  trace?.fact('role', request.roleArn)
  trace?.fact('certificate', showName(request.certificate))
  return keepSession(context, nameSession, () => exchange(context, service, request))

  /** Of whoever holds the certificate that is in the file now. */
  async function nameSession(): Promise<SessionName> {
    const { trustAnchorArn, profileArn, roleArn, durationSeconds, sessionName, certificate } = request
    return {
      kind: 'roles-anywhere',
      at: service.url.origin,
      by: showName(certificate),
      parameters: { trustAnchorArn, profileArn, roleArn, durationSeconds, sessionName },
      subject: roleArn,
      readProof: async () => new TextDecoder().decode(await readCertificateFile(context, request, certificate)),
    }
  }
}

async function exchange(
  context: ProviderContext,
  service: Service,
  request: RolesAnywhereRequest,
): Promise<StaticKeys> {
  const { host, signal } = context
  const identity = await readIdentity(context, request)
  const work = async (signal: AbortSignal): Promise<StaticKeys> => {
    const ask = (by: X509Identity) =>
      withRetries(host, signal, () => post({ ...context, signal }, service, request, by))
    return ask(identity).catch(async (error: unknown) => {
      if (!(error instanceof CredentialsError && error.code === 'SOURCE_REFUSED')) throw error
      const newer = await readIdentity(context, request)
      if (newer.certificate.data === identity.certificate.data) throw error
      return ask(newer)
    })
  }
  return withDeadline(host, OVERALL_TIMEOUT_MS, signal, work).catch((error: unknown) => {
    if (!(error instanceof DeadlinePassed)) throw error
    throw fail(
      request,
      'TIMEOUT',
      `Roles Anywhere did not answer in ${OVERALL_TIMEOUT_MS / 1000} s`,
      'Check the network',
    )
  })
}

interface Service {
  readonly url: URL
  readonly region: string
  readonly readCa: () => Promise<string | undefined>
}

function connect({ host }: ProviderContext, selected: SelectedProfile, request: RolesAnywhereRequest): Service {
  const { trustAnchorArn, profileArn, source } = request
  const regionOf = (arn: string, kind: string, setting: string): string => {
    const [prefix, , service, region, , resource] = arn.split(':')
    if (prefix === 'arn' && service === 'rolesanywhere' && region && resource?.startsWith(`${kind}/`)) return region
    const problem = `${arn} is no ARN of a ${kind} of Roles Anywhere`
    throw fail(request, 'CONFIG_INVALID', problem, 'Copy it from its console', setting)
  }
  const region = checkRegion({
    name: regionOf(trustAnchorArn, 'trust-anchor', ROLES_ANYWHERE_SETTING),
    chosenBy: 'the trust anchor',
  }).name
  if (regionOf(profileArn, 'profile', PROFILE_ARN).toLowerCase() !== region) {
    const problem = 'trust anchor and profile are of different regions'
    const remedy = 'Use a profile of Roles Anywhere of the trust anchor’s region'
    throw fail(request, 'CONFIG_INVALID', problem, remedy, PROFILE_ARN)
  }
  const { config, name: profile } = selected
  const place = { service: 'rolesanywhere', id: 'rolesanywhere', region, env: host.env, config, profile }
  const url = new URL(checkTokenEndpoint(chooseEndpoint(place), source))
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/sessions`
  return { url, region, readCa: () => readCaBundle(host, selected, source) }
}

async function readIdentity(context: ProviderContext, request: RolesAnywhereRequest): Promise<X509Identity> {
  const { certificate: file, certificateChain, readKey, readPassphrase } = request
  const refuse = (problem: string, remedy: string, setting = CERTIFICATE) =>
    fail(request, 'CONFIG_INVALID', problem, remedy, setting)
  const read = (bytes: Uint8Array, named: string, setting = CERTIFICATE): readonly [Certificate, ...Certificate[]] => {
    const found = readCertificates(new TextDecoder().decode(bytes))
    if (found) return found
    throw refuse(`${showName(named)} holds no certificate in PEM, or a torn one`, 'Name the right file', setting)
  }
  const bytes = await readCertificateFile(context, request, file)
  const chain =
    certificateChain &&
    read(await readCertificateFile(context, request, certificateChain), certificateChain, `${CERTIFICATE}_chain`)
  if (isDer(bytes)) {
    const identity = await openPkcs12(context.host, bytes, readPassphrase)
    if (identity === OLD_PKCS12) throw refuse(`${file} ${identity}`, `Convert it: ${CONVERT_PKCS12}`)
    if (typeof identity === 'string')
      throw refuse(`${file} ${identity}`, 'Give its passphrase, or write it anew with openssl pkcs12 -export')
    return chain ? { ...identity, chain } : identity
  }
  const [certificate, ...following] = read(bytes, file)
  if (!readKey) {
    const remedy = 'Set rolesanywhere_private_key, or give privateKey'
    throw fail(request, 'CONFIG_INVALID', 'there is no private key', remedy)
  }
  const key = await openSigningKey(context.host, await readKey(), readPassphrase)
  if (typeof key !== 'string') return { certificate, chain: chain || following, key }
  const remedy = 'Convert it with openssl pkcs8 -topk8, or give what it needs'
  throw fail(request, 'CONFIG_INVALID', `the private key ${key}`, remedy, ...PRIVATE_KEY)
}

/**
 * @param named a file, or what would be in it: PEM.
 * @throws CredentialsError `CONFIG_INVALID`, `FILE_MISSING`, `FILE_UNREADABLE`.
 */
export async function readCertificateFile(
  { host }: ProviderContext,
  { source }: Pick<RolesAnywhereRequest, 'source'>,
  named: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (named.includes('-----BEGIN')) return new TextEncoder().encode(named)
  if (isSecretText(named)) {
    const remedy = 'Give the path of a file, or PEM'
    const problem = 'what is to name the file of a certificate or key is no path'
    throw new CredentialsError(problem, { code: 'CONFIG_INVALID', source, remedy })
  }
  const file = expandHome(named, host)
  const refuse = (code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError =>
    new CredentialsError(`${file} ${problem}`, { code, source, remedy, location: { file } })
  const bytes = await host.readFile(file).catch((error: unknown) => {
    throw refuse('FILE_UNREADABLE', `cannot be read${errorCode(error)}`, 'Check its permissions')
  })
  if (!bytes) throw refuse('FILE_MISSING', 'does not exist', 'Check what should write it')
  return new Uint8Array(bytes)
}

async function post(
  { host, signal, trace }: ProviderContext,
  { url, region, readCa }: Service,
  settings: RolesAnywhereRequest,
  identity: X509Identity,
): Promise<StaticKeys> {
  const { trustAnchorArn, profileArn, roleArn, durationSeconds, sessionName, source } = settings
  const body = JSON.stringify({ trustAnchorArn, profileArn, roleArn, durationSeconds, roleSessionName: sessionName })
  const ca = url.protocol === 'https:' ? await readCa() : undefined
  const timeoutMs = REQUEST_TIMEOUT_MS
  const reply = await sendInTime({
    host,
    trace,
    service: 'Roles Anywhere',
    send: async (now) => {
      const headers = await signWithCertificate(identity, { url, body, region, service: 'rolesanywhere', now })
      return request(host, { source, url, method: 'POST', headers, body, ca, timeoutMs, signal })
    },
  })
  const answer = parseJsonObject(reply.text)
  if (reply.status !== 200 && reply.status !== 201) {
    const said = readText(answer ?? {}, 'message')?.slice(0, MAX_MESSAGE_LENGTH) ?? reply.status
    const problem = `Roles Anywhere refused ${roleArn}: ${said}`
    const remedy = 'Check the trust anchor, the profile, the trust policy of the role, the certificate and the clock'
    if (isPassing(reply.status)) throw fail(settings, 'SOURCE_UNREACHABLE', problem, 'Try again later')
    throw fail(settings, 'SOURCE_REFUSED', problem, remedy)
  }
  const keys = readSession(answer?.['credentialSet'], roleArn)
  if (!keys)
    throw fail(settings, 'RESPONSE_INVALID', `${url.origin} sent no credentials`, 'Check what serves that address')
  if (keys.expiration.getTime() > host.now()) return keys
  const problem = `${url.origin} sent expired credentials`
  const skewMs = measureSkew(reply, host.now())
  if (skewMs === undefined) throw fail(settings, 'EXPIRED', problem, 'Check the clocks of both sides')
  throw fail(settings, 'EXPIRED', `${problem}: ${describeSkew(skewMs, 'Roles Anywhere')}`, 'Set the clock')
}

function readSession(set: unknown, roleArn: string): (StaticKeys & { expiration: Date }) | undefined {
  const credentials = asObject(asObject(Array.isArray(set) ? set[0] : undefined)?.['credentials']) ?? {}
  const [accessKeyId, secretAccessKey, sessionToken, end] = [
    'accessKeyId',
    'secretAccessKey',
    'sessionToken',
    'expiration',
  ].map((name) => readText(credentials, name))
  const expiration = parseTime(end ?? '')
  if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration) return undefined
  return { accessKeyId, secretAccessKey, sessionToken, expiration, accountId: accountOf(roleArn) }
}

/** @param settings those to blame. */
function fail(
  { source, location, locate }: RolesAnywhereRequest,
  code: CredentialsErrorCode,
  problem: string,
  remedy: string,
  ...settings: string[]
): CredentialsError {
  return new CredentialsError(problem, { code, source, remedy, location: locate?.(...settings) ?? location })
}
