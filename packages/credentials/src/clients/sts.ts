/**
 * The AWS Security Token Service: a session for a role, and who is asking.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { readCallerIdentity, readStsCredentials } from '../formats/sts-answer.ts'
import type { XmlElement } from '../formats/xml-element.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { CallerIdentity, RoleOptions } from '../model/role.ts'
import { askPersonInTime } from './callback.ts'
import { describeSkew, measureSkew } from './clock-skew.ts'
import type { Reply } from './request.ts'
import type { StsConnection } from './sts-connection.ts'
import { callSts, type Parameters } from './sts-request.ts'

export interface WebIdentityRequest {
  readonly roleArn: string
  readonly token: string
  readonly sessionName?: string | undefined
  readonly durationSeconds?: number | undefined
  /** A session policy as JSON. */
  readonly policy?: string | undefined
  readonly policyArns?: readonly string[] | undefined
}

/** @throws CredentialsError `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`, `MFA_REQUIRED`. */
export async function assumeRole(sts: StsConnection, keys: StaticKeys, role: RoleOptions): Promise<StaticKeys> {
  const code = await readMfaCode(sts, role)
  const parameters = {
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
  }
  return callSts(sts, keys, parameters, sessionReader(sts, role.roleArn))
}

/** Unsigned: the token is the proof. Throws as {@link assumeRole}. */
export async function assumeRoleWithWebIdentity(sts: StsConnection, role: WebIdentityRequest): Promise<StaticKeys> {
  const parameters = {
    Action: 'AssumeRoleWithWebIdentity',
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName ?? defaultSessionName(sts),
    WebIdentityToken: role.token,
    DurationSeconds: role.durationSeconds,
    Policy: role.policy,
    ...listOf('PolicyArns', 'arn', role.policyArns),
  }
  return callSts(sts, undefined, parameters, sessionReader(sts, role.roleArn))
}

/** A session of the user's own, with the device's code in it. Throws as {@link assumeRole}. */
export async function getSessionToken(
  sts: StsConnection,
  keys: StaticKeys,
  device: { readonly serial: string; readonly code: string },
): Promise<StaticKeys> {
  const parameters = { Action: 'GetSessionToken', SerialNumber: device.serial, TokenCode: device.code }
  return callSts(sts, keys, parameters, sessionReader(sts, device.serial))
}

export async function getCallerIdentity(sts: StsConnection, keys: StaticKeys): Promise<CallerIdentity> {
  return callSts(sts, keys, { Action: 'GetCallerIdentity' }, (answer) => {
    const identity = readCallerIdentity(answer)
    if (identity) return identity
    throw fail(sts, 'RESPONSE_INVALID', 'STS sent no identity', 'Check what serves that address')
  })
}

/** @param of whose session it is, as errors call it. */
function sessionReader(sts: StsConnection, of: string): (answer: XmlElement | undefined, reply: Reply) => StaticKeys {
  return (answer, reply) => {
    const session = readStsCredentials(answer)
    if (!session?.expiration)
      throw fail(sts, 'RESPONSE_INVALID', `STS sent no credentials for ${of}`, 'Check what serves that address')
    if (session.expiration.getTime() > sts.host.now()) return session
    const problem = `STS sent credentials for ${of} that have expired`
    const skewMs = measureSkew(reply, sts.host.now())
    if (skewMs === undefined) throw fail(sts, 'EXPIRED', problem, 'Check the clocks of both sides')
    throw fail(sts, 'EXPIRED', `${problem}: ${describeSkew(skewMs, 'STS')}`, 'Set the clock')
  }
}

async function readMfaCode(
  sts: StsConnection,
  { mfaSerial, mfaCode, roleArn }: RoleOptions,
): Promise<string | undefined> {
  if (mfaSerial === undefined) return undefined
  if (!mfaCode) throw fail(sts, 'MFA_REQUIRED', `${roleArn} asks for a code of ${mfaSerial}`, 'Give the code')
  const callback = { ...sts, name: `the code of ${mfaSerial}` }
  return checkMfaCode(sts, mfaSerial, await askPersonInTime(callback, mfaCode))
}

/** @throws CredentialsError `MFA_REQUIRED` for what is no code; it is not quoted. */
export function checkMfaCode(sts: StsConnection, serial: string, given: unknown): string {
  const code = String(given).trim()
  if (/^\d{6}$/.test(code)) return code
  const problem = `what was given for ${serial} is not a code of six digits`
  throw fail(sts, 'MFA_REQUIRED', problem, 'Give the code that it shows')
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

function fail(sts: StsConnection, code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code, source: sts.source, remedy, location: sts.location })
}
