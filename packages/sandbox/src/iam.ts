/**
 * Of Identity and Access Management as much as explains a refusal: what a role is, and whom it trusts.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 * @module
 */
import { authenticate } from './authenticate.ts'
import { answerOperation, readForm, refuseOperation } from './query-protocol.ts'
import { Refusal, type Service } from './service.ts'
import type { World } from './world.ts'

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/'
const ACTION = 'GetRole'

export function createIam(world: World): Service {
  return {
    name: 'iam',
    operationOf: (request) => (request.path === '/' && readForm(request).get('Action') === ACTION ? ACTION : undefined),
    answer: async (request, notes) => {
      await authenticate(request, 'iam', world, notes)
      const name = readForm(request).get('RoleName') ?? ''
      const role = world.account.findRoleNamed(name)
      if (!role) throw new Refusal('NoSuchEntity', 404, `The role with name ${name} cannot be found.`)
      notes.roleArn = role.arn
      return answerOperation(NAMESPACE, ACTION, {
        Role: {
          Path: role.arn.slice(role.arn.indexOf('/'), role.arn.lastIndexOf('/') + 1),
          RoleName: role.name,
          RoleId: role.roleId,
          Arn: role.arn,
          AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trustPolicy.document)),
          MaxSessionDuration: role.maxSessionDurationSeconds,
        },
      })
    },
    refuse: (refused) => refuseOperation(NAMESPACE, refused),
  }
}
