/** Who signed a call, and what a policy may ask about them. */
import type { Identity } from '../identity.ts'
import type { AccessKey } from '../keys.ts'
import { type CallNotes, type HttpRequest, Refusal } from '../service.ts'
import { isSame, readClaim, verifySignature } from '../sigv4.ts'
import type { TrustPrincipal, TrustRequest } from '../trust-policy.ts'
import type { World } from '../world.ts'

const MFA_PREFIX = /^arn:aws:iam::\d{12}:mfa\//
/** Every other code is right: the sandbox's devices have no seed. */
const WRONG_TOKEN_CODE = '000000'

/**
 * A session that has ended is told so before its signature is looked at: it stays so whatever the caller's clock says.
 *
 * @throws Refusal `MissingAuthenticationToken`, `IncompleteSignature`, `InvalidClientTokenId`, `ExpiredToken`,
 *   `SignatureDoesNotMatch`
 */
export async function authenticate(request: HttpRequest, notes: CallNotes, { keys, clock }: World): Promise<AccessKey> {
  const claim = readClaim(request)
  if (!claim) throw new Refusal('MissingAuthenticationToken', 403, 'Request is missing Authentication Token')

  const key = keys.find(claim.accessKeyId)
  if (!key || !isSame(key.session?.token ?? '', claim.sessionToken ?? ''))
    throw new Refusal('InvalidClientTokenId', 403, 'The security token included in the request is invalid.')
  notes.accessKeyId = key.accessKeyId
  if (key.session && key.session.expiresAt <= clock.now())
    throw new Refusal('ExpiredToken', 403, 'The security token included in the request is expired')
  await verifySignature(request, claim, 'sts', key.secretAccessKey, clock.now())
  return key
}

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
export function describeCaller(
  { identity, session }: AccessKey,
  mfaNow: boolean,
  accountId: string,
): TrustRequest['context'] {
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
export function describeCall(nowMs: number): TrustRequest['context'] {
  return {
    'aws:CurrentTime': new Date(nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(nowMs / 1000)),
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
  }
}
