/** What the sessions are called that STS gives: all that makes one another than the next. */

import type { PlanRole } from '../formats/plan-parts.ts'
import type { ProfilePlan } from '../formats/profile-plan.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { RoleOptions } from '../model/role.ts'
import { callerOf, type SessionName } from '../model/sessions.ts'
import type { SharedConfig } from '../model/shared-config.ts'
import type { WebIdentityRequest } from './sts.ts'
import type { StsConnection } from './sts-connection.ts'

/** Claims that change with each token of the same job or service account. */
const OF_THIS_TOKEN = ['exp', 'iat', 'nbf', 'jti', 'auth_time']

type WebIdentityRole = Omit<WebIdentityRequest, 'token'>

export function nameRoleSession({ url }: StsConnection, keys: StaticKeys, role: RoleOptions): SessionName {
  const { roleArn, sessionName, externalId, durationSeconds, policy, policyArns } = role
  const { tags, transitiveTagKeys, sourceIdentity, mfaSerial } = role
  const narrowing = { policy, policyArns, tags, transitiveTagKeys, sourceIdentity, mfaSerial }
  return {
    kind: 'assume-role',
    at: url.origin,
    by: callerOf(keys),
    parameters: { roleArn, sessionName, externalId, durationSeconds, ...narrowing },
    subject: roleArn,
  }
}

/** As {@link nameRoleSession}; the AWS CLI may have the same. */
export function nameProfileRole(
  sts: StsConnection,
  keys: StaticKeys,
  { config, plan, role }: { readonly config: SharedConfig; readonly plan: ProfilePlan; readonly role: PlanRole },
): SessionName {
  const awsCli = async () => (await import('../formats/aws-cli-cache.ts')).shareRole(sts.host, config, plan, role)
  return { ...nameRoleSession(sts, keys, role), awsCli }
}

/** A user's own session with a device's code in it. A person gives the code. */
export function nameUserSession({ url }: StsConnection, keys: StaticKeys, serial: string): SessionName {
  const parameters = { serial }
  return { kind: 'mfa', at: url.origin, by: keys.accessKeyId, parameters, subject: serial, needsPerson: true }
}

export async function nameWebIdentitySession(
  { url }: StsConnection,
  { roleArn, sessionName, durationSeconds, policy, policyArns }: WebIdentityRole,
  token: string,
): Promise<SessionName> {
  const parameters = { roleArn, sessionName, durationSeconds, policy, policyArns }
  return { kind: 'web-identity', at: url.origin, by: await holderOf(token), parameters, subject: roleArn }
}

/** As {@link nameWebIdentitySession}; the AWS CLI may have the same. */
export async function nameProfileWebIdentity(
  sts: StsConnection,
  role: WebIdentityRole,
  token: string,
): Promise<SessionName> {
  const awsCli = async () => (await import('../formats/aws-cli-cache.ts')).shareWebIdentity(role, token)
  return { ...(await nameWebIdentitySession(sts, role, token)), awsCli }
}

/** Whom a token speaks for: the same for each token of one job or service account. */
async function holderOf(token: string): Promise<string> {
  const { readClaims } = await import('../formats/jwt.ts')
  const claims = readClaims(token)
  if (!claims) return token
  const lasting = Object.entries(claims).filter(([claim]) => !OF_THIS_TOKEN.includes(claim))
  return JSON.stringify(lasting.sort(([a], [b]) => (a < b ? -1 : 1)))
}
