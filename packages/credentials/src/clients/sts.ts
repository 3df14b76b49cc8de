/**
 * The AWS Security Token Service: a session for a role, and who is asking.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import { chooseEndpoint } from '../formats/endpoint.ts'
import { readCallerIdentity, readStsCredentials, readStsError } from '../formats/sts-answer.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { Host } from '../model/host.ts'
import type { ProviderContext } from '../model/provider.ts'
import type { CallerIdentity, RoleOptions } from '../model/role.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { request } from './request.ts'
import { withRetries } from './retry.ts'
import { regionOf, type SelectedProfile } from './selected-profile.ts'
import { signHeaders } from './signing.ts'
import { describeRefusal } from './sts-refusal.ts'
import { parseXml } from './xml.ts'

const REQUEST_TIMEOUT_MS = 10_000
const OVERALL_TIMEOUT_MS = 30_000
/** Where nothing names a region, STS is asked here. */
const DEFAULT_REGION = 'us-east-1'

export interface StsConnection {
  readonly host: Host
  readonly url: URL
  readonly region: string
  /** The provider that asks. */
  readonly source: string
  readonly signal: AbortSignal
  /** The setting that names the role, where a file does. */
  readonly location?: Location | undefined
}

export interface WebIdentityRequest {
  readonly roleArn: string
  readonly token: string
  readonly sessionName?: string | undefined
  readonly durationSeconds?: number | undefined
}

/** @throws CredentialsError `REGION_INVALID`, `CONFIG_INVALID` before anything is sent. */
export function connectToSts(
  context: ProviderContext,
  selected: SelectedProfile,
  source: string,
  location?: Location,
): StsConnection {
  const { host, signal } = context
  const region = regionOf(selected, context)?.name ?? DEFAULT_REGION
  const { config, name: profile } = selected
  const url = chooseEndpoint({ service: 'sts', id: 'sts', region, env: host.env, config, profile })
  return { host, url, region, source, signal, location }
}

/** @throws CredentialsError `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`, `MFA_REQUIRED`. */
export async function assumeRole(sts: StsConnection, keys: StaticKeys, role: RoleOptions): Promise<StaticKeys> {
  const code = await readMfaCode(sts, role)
  const answer = await call(sts, keys, {
    Action: 'AssumeRole',
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? defaultSessionName(sts),
    ExternalId: role.externalId,
    DurationSeconds: role.durationSeconds,
    Policy: role.policy,
    ...listOf('PolicyArns', 'arn', role.policyArns),
    ...tagsOf(role.tags),
    ...listOf('TransitiveTagKeys', undefined, role.transitiveTagKeys),
    SourceIdentity: role.sourceIdentity,
    SerialNumber: role.mfaSerial,
    TokenCode: code,
  })
  return readSession(sts, answer, role.roleArn)
}

/** Unsigned: the token is the proof. Throws as {@link assumeRole}. */
export async function assumeRoleWithWebIdentity(sts: StsConnection, role: WebIdentityRequest): Promise<StaticKeys> {
  const answer = await call(sts, undefined, {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? defaultSessionName(sts),
    WebIdentityToken: role.token,
    DurationSeconds: role.durationSeconds,
  })
  return readSession(sts, answer, role.roleArn)
}

/** A session of the user's own, with the device's code in it. Throws as {@link assumeRole}. */
export async function getSessionToken(
  sts: StsConnection,
  keys: StaticKeys,
  device: { readonly serial: string; readonly code: string },
): Promise<StaticKeys> {
  const parameters = { Action: 'GetSessionToken', SerialNumber: device.serial, TokenCode: device.code }
  return readSession(sts, await call(sts, keys, parameters), device.serial)
}

export async function getCallerIdentity(sts: StsConnection, keys: StaticKeys): Promise<CallerIdentity> {
  const answer = await call(sts, keys, { Action: 'GetCallerIdentity' })
  const identity = readCallerIdentity(await parseXml(answer))
  if (!identity) throw fail(sts, 'RESPONSE_INVALID', 'STS sent no identity', 'Check what serves that address')
  return identity
}

type Parameters = Readonly<Record<string, string | number | undefined>>

async function call(sts: StsConnection, keys: StaticKeys | undefined, parameters: Parameters): Promise<string> {
  const { host, signal } = sts
  const body = encode(parameters)
  const attempt = (signal: AbortSignal) => withRetries(host, signal, () => ask(sts, keys, parameters, body, signal))
  try {
    return await withDeadline(host, OVERALL_TIMEOUT_MS, signal, attempt)
  } catch (error) {
    if (!(error instanceof DeadlinePassed)) throw error
    throw fail(sts, 'TIMEOUT', `STS did not answer in ${OVERALL_TIMEOUT_MS / 1000} s`, 'Check the network')
  }
}

async function ask(
  sts: StsConnection,
  keys: StaticKeys | undefined,
  parameters: Parameters,
  body: string,
  signal: AbortSignal,
): Promise<string> {
  const { host, url, region, source } = sts
  const plain = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const scope = { url, body, headers: plain, service: 'sts', region, now: host.now() }
  const headers = keys ? await signHeaders(keys, scope) : plain
  const timeoutMs = REQUEST_TIMEOUT_MS
  const reply = await request(host, { source, url, method: 'POST', headers, body, timeoutMs, signal })
  if (reply.status === 200) return reply.text
  throw describeRefusal(sts, parameters, keys, {
    status: reply.status,
    error: readStsError(await parseXml(reply.text)),
  })
}

async function readSession(sts: StsConnection, answer: string, roleArn: string): Promise<StaticKeys> {
  const session = readStsCredentials(await parseXml(answer))
  if (!session?.expiration)
    throw fail(sts, 'RESPONSE_INVALID', `STS sent no credentials for ${roleArn}`, 'Check what serves that address')
  if (session.expiration.getTime() > sts.host.now()) return session
  throw fail(sts, 'EXPIRED', `STS sent credentials for ${roleArn} that have expired`, 'Check the clocks of both sides')
}

async function readMfaCode(
  sts: StsConnection,
  { mfaSerial, mfaCode, roleArn }: RoleOptions,
): Promise<string | undefined> {
  if (mfaSerial === undefined) return undefined
  if (!mfaCode) throw fail(sts, 'MFA_REQUIRED', `${roleArn} asks for a code of ${mfaSerial}`, 'Give the code')
  return await mfaCode()
}

function defaultSessionName({ host }: StsConnection): string {
  return `rolecall-${host.now()}`
}

function listOf(name: string, member: string | undefined, values: readonly string[] = []): Parameters {
  const suffix = member ? `.${member}` : ''
  return Object.fromEntries(values.map((value, index) => [`${name}.member.${index + 1}${suffix}`, value]))
}

function tagsOf(tags: Readonly<Record<string, string>> = {}): Parameters {
  const entries = Object.entries(tags).flatMap(([key, value], index) => [
    [`Tags.member.${index + 1}.Key`, key],
    [`Tags.member.${index + 1}.Value`, value],
  ])
  return Object.fromEntries(entries)
}

function encode(parameters: Parameters): string {
  const given = Object.entries({ ...parameters, Version: '2011-06-15' }).filter(([, value]) => value !== undefined)
  return given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')
}

function fail(sts: StsConnection, code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code, source: sts.source, remedy, location: sts.location })
}
