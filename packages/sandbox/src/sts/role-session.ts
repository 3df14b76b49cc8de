/** What AssumeRole and AssumeRoleWithWebIdentity have in common: the role, its trust, the length of the session. */
import { evaluateTrust, type TrustContext, type TrustRequest } from '@rolecall/credentials/trust'
import { createRoleSession, type Role } from '../account.ts'
import { formatInstant } from '../clock.ts'
import type { SessionTraits } from '../identity.ts'
import type { TemporaryKey } from '../keys.ts'
import { type CallNotes, Refusal } from '../service.ts'
import type { World } from '../world.ts'
import { ARN, invalid, NAME, type ParameterReader } from './parameters.ts'
import type { Xml } from './xml.ts'

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/
const DEFAULT_DURATION_SECONDS = 3600
const MIN_DURATION_SECONDS = 900
const MAX_DURATION_SECONDS = 43_200
const MAX_CHAINED_SECONDS = 3600

export interface RoleParameters {
  readonly roleArn: string
  readonly sessionName: string
  readonly durationSeconds: number
}

export function readRoleParameters(reader: ParameterReader): RoleParameters {
  return {
    roleArn: reader.required('RoleArn', ARN),
    sessionName: reader.required('RoleSessionName', NAME),
    durationSeconds:
      reader.integer('DurationSeconds', MIN_DURATION_SECONDS, MAX_DURATION_SECONDS) ?? DEFAULT_DURATION_SECONDS,
  }
}

/** @throws Refusal `ValidationError` */
export function checkRoleArn(roleArn: string, notes: CallNotes): void {
  if (!ROLE_ARN.test(roleArn)) throw invalid(`${roleArn} is invalid`)
  notes.roleArn = roleArn
}

/**
 * A role that does not exist and one that does not trust the caller are the same to the caller.
 *
 * @throws Refusal `AccessDenied`
 */
export function findTrustingRole(
  { account }: World,
  roleArn: string,
  actions: readonly string[],
  request: Omit<TrustRequest, 'action'>,
  describeDenial: (action: string) => string,
): Role {
  const role = account.findRole(roleArn)
  const denied = actions.find((action) => !role || !evaluateTrust(role.trustPolicy, { ...request, action }).allowed)
  if (!role || denied !== undefined) throw new Refusal('AccessDenied', 403, describeDenial(denied ?? ''))
  return role
}

/** @throws Refusal `ValidationError` */
export function checkDuration(role: Role, durationSeconds: number, { chained }: { chained: boolean }): void {
  if (chained && durationSeconds > MAX_CHAINED_SECONDS)
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining')
  if (durationSeconds > role.maxSessionDurationSeconds)
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
}

/** The actions that a role must allow, beside the one that was called. */
export function listActions(
  action: string,
  { tags, sourceIdentity }: Pick<SessionTraits, 'tags' | 'sourceIdentity'>,
): string[] {
  return [
    action,
    ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : []),
    ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
}

/** The keys that a trust policy may ask about a session that is to begin. */
export function describeSession(sessionName: string, traits: SessionTraits): TrustContext {
  const tags = Object.entries(traits.tags)
  return {
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(tags.length > 0 && { 'aws:TagKeys': tags.map(([key]) => key) }),
    ...(traits.transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': traits.transitiveTagKeys }),
    ...(traits.sourceIdentity !== undefined && { 'sts:SourceIdentity': traits.sourceIdentity }),
    'sts:RoleSessionName': sessionName,
  }
}

export function issueRoleSession(
  { account, keys }: World,
  role: Role,
  { sessionName, durationSeconds }: RoleParameters,
  traits: SessionTraits,
): { readonly [name: string]: Xml } {
  const identity = createRoleSession(account.id, role, sessionName)
  const key = keys.issueTemporary(identity, durationSeconds, traits)
  return { AssumedRoleUser: { AssumedRoleId: identity.userId, Arn: identity.arn }, Credentials: writeCredentials(key) }
}

export function writeCredentials({ accessKeyId, secretAccessKey, session }: TemporaryKey): Xml {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: session.token,
    Expiration: formatInstant(session.expiresAt),
  }
}
