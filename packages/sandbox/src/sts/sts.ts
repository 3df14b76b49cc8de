/**
 * The Security Token Service, over the query protocol.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 * @module
 */
import { answerOperation, readForm, refuseOperation } from '../query-protocol.ts'
import { Refusal, type Service } from '../service.ts'
import type { World } from '../world.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getSessionToken } from './get-session-token.ts'
import type { Operation } from './operation.ts'
import { STS_NAMESPACE } from './xml.ts'

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['AssumeRole', assumeRole],
  ['AssumeRoleWithWebIdentity', assumeRoleWithWebIdentity],
  ['GetCallerIdentity', getCallerIdentity],
  ['GetSessionToken', getSessionToken],
])

export function createSts(world: World): Service {
  return {
    name: 'sts',
    operationOf: (request) => {
      if (request.path !== '/') return undefined
      const action = readForm(request).get('Action') ?? ''
      return OPERATIONS.has(action) ? action : 'Unknown'
    },
    answer: async (request, notes) => {
      const form = readForm(request)
      const action = form.get('Action')
      if (action === null) throw new Refusal('MissingAction', 400, 'The request must contain the parameter Action')
      const operation = OPERATIONS.get(action)
      if (!operation)
        throw new Refusal('InvalidAction', 400, `Could not find operation ${action} for version ${form.get('Version')}`)
      const result = await operation({ request, form, notes }, world)
      return answerOperation(STS_NAMESPACE, action, result)
    },
    refuse: (refused) => refuseOperation(STS_NAMESPACE, refused),
  }
}
