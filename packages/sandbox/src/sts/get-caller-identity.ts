/**
 * Says whose keys signed the call.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * @module
 */
import { authenticate } from '../authenticate.ts'
import type { Operation } from './operation.ts'

export const getCallerIdentity: Operation = async ({ request, notes }, world) => {
  const { identity } = await authenticate(request, 'sts', world, notes)
  return { Arn: identity.arn, UserId: identity.userId, Account: world.account.id }
}
