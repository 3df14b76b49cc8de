/**
 * Keys of a role for someone who has keys already.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @module
 */

import { authenticate } from '../authenticate.ts'
import type { SessionTraits } from '../identity.ts'
import type { AccessKey } from '../keys.ts'
import { Refusal } from '../service.ts'
import { describeCall, describeCaller, describePrincipal, verifyMfa } from './caller.ts'
import type { Operation } from './operation.ts'
import { createReader, NAME, SERIAL_NUMBER, TOKEN_CODE } from './parameters.ts'
import {
  checkDuration,
  checkRoleArn,
  describeSession,
  findTrustingRole,
  issueRoleSession,
  listActions,
  readRoleParameters,
} from './role-session.ts'
import { checkSessionPolicy, measurePacked, readSessionPolicies } from './session-policy.ts'
import { mergeTags, readTags, type SessionTags } from './session-tags.ts'

const EXTERNAL_ID = { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ }

export const assumeRole: Operation = async ({ request, form, notes }, world) => {
  const caller = await authenticate(request, 'sts', world, notes)
  const reader = createReader(form)
  const parameters = readRoleParameters(reader)
  const policies = readSessionPolicies(reader, { limited: false })
  const tags = readTags(reader)
  const externalId = reader.text('ExternalId', EXTERNAL_ID)
  const serialNumber = reader.text('SerialNumber', SERIAL_NUMBER)
  const tokenCode = reader.text('TokenCode', TOKEN_CODE)
  const sourceIdentity = reader.text('SourceIdentity', NAME)
  reader.check()

  const { roleArn, sessionName, durationSeconds } = parameters
  checkRoleArn(roleArn, notes)
  checkSessionPolicy(policies)
  const mfaPresent = verifyMfa(caller.identity, serialNumber, tokenCode)
  const denial = (action: string): string =>
    `User: ${caller.identity.arn} is not authorized to perform: ${action} on resource: ${roleArn}`
  const traits = inheritTraits(caller, tags, sourceIdentity, mfaPresent, denial)
  const packedPolicySize = measurePacked(policies, traits.tags)

  const { account, clock } = world
  const context = {
    ...describeCall(clock.now()),
    ...describeCaller(caller, mfaPresent, account.id),
    ...describeSession(sessionName, traits),
    ...(externalId !== undefined && { 'sts:ExternalId': externalId }),
  }
  const actions = listActions('sts:AssumeRole', traits)
  const principal = describePrincipal(caller, account.id)
  const role = findTrustingRole(world, roleArn, actions, { principal, context }, denial)
  checkDuration(role, durationSeconds, { chained: caller.identity.type === 'role-session' })

  return {
    ...issueRoleSession(world, role, parameters, traits),
    PackedPolicySize: packedPolicySize,
    SourceIdentity: traits.sourceIdentity,
  }
}

/** Transitive tags and the source identity go from session to session. */
function inheritTraits(
  { session }: AccessKey,
  tags: SessionTags,
  sourceIdentity: string | undefined,
  mfaPresent: boolean,
  describeDenial: (action: string) => string,
): SessionTraits {
  const inherited = session?.sourceIdentity
  if (inherited !== undefined && sourceIdentity !== undefined && sourceIdentity !== inherited)
    throw new Refusal('AccessDenied', 403, describeDenial('sts:SetSourceIdentity'))
  return { ...mergeTags(session, tags), sourceIdentity: inherited ?? sourceIdentity, mfaPresent }
}
