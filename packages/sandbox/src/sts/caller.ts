/** What a policy may ask about who signed a call. */
import type { TrustContext, TrustPrincipal } from '@rolecall/credentials/trust'
import type { Identity } from '../identity.ts'
import type { AccessKey } from '../keys.ts'
import { Refusal } from '../service.ts'

const MFA_PREFIX = /^arn:aws:iam::\d{12}:mfa\//
/** Every other code is right: the sandbox's devices have no seed. */
const WRONG_TOKEN_CODE = '000000'

/** True when a code was given and is right; false when none was. @throws Refusal `AccessDenied` */
export function verifyMfa(
  identity: Identity,
  serialNumber: string | undefined,
  tokenCode: string | undefined,
): boolean {
  if (serialNumber === undefined && tokenCode === undefined) return false
  const fail = (reason: string): Refusal =>
    new Refusal('AccessDenied', 403, `MultiFactorAuthentication failed${reason}`)
  if (serialNumber === undefined || tokenCode === undefined)
    throw fail(', must provide both MFA serial number and one time pass code.')
  const device = MFA_PREFIX.test(serialNumber) ? serialNumber.replace(':mfa/', ':user/') : undefined
  if (device !== identity.arn)
    throw fail(
      ', unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    )
  if (tokenCode === WRONG_TOKEN_CODE) throw fail(' with invalid MFA one time pass code. ')
  return true
}

/** All that a policy may call the caller. */
export function describePrincipal({ identity }: AccessKey, accountId: string): TrustPrincipal {
  const own = identity.type === 'user' ? [identity.arn] : [identity.arn, identity.roleArn]
  return { type: 'AWS', names: [...own, `arn:aws:iam::${accountId}:root`, accountId] }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function describeCaller({ identity, session }: AccessKey, mfaNow: boolean, accountId: string): TrustContext {
  const tags = Object.entries(session?.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])
  return {
    ...Object.fromEntries(tags),
    'aws:PrincipalAccount': accountId,
    'aws:PrincipalArn': identity.type === 'user' ? identity.arn : identity.roleArn,
    'aws:PrincipalType': identity.type === 'user' ? 'User' : 'AssumedRole',
    'aws:userid': identity.userId,
    ...(identity.type === 'user' && { 'aws:username': identity.name }),
    ...(session?.sourceIdentity !== undefined && { 'aws:SourceIdentity': session.sourceIdentity }),
    ...((session || mfaNow) && { 'aws:MultiFactorAuthPresent': String(mfaNow || session?.mfaPresent === true) }),
  }
}

/** What every call has, whoever makes it. */
export function describeCall(nowMs: number): TrustContext {
  return {
    'aws:CurrentTime': new Date(nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(nowMs / 1000)),
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
  }
}
