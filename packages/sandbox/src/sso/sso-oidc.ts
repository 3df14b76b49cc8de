/**
 * The OIDC service of IAM Identity Center, and its pages: what `aws sso login` talks to.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
 * @module
 */
import { refusePage } from '../browser/page.ts'
import type { Answer, HttpRequest, Service } from '../service.ts'
import type { World } from '../world.ts'
import { showAuthorize } from './authorize.ts'
import { createToken } from './create-token.ts'
import { DEVICE_PATH, showDevice } from './device-page.ts'
import { createRefusal, refuseOidc } from './errors.ts'
import type { IdentityCenter } from './identity-center.ts'
import { registerClient } from './register-client.ts'
import { startDeviceAuthorization } from './start-device-authorization.ts'

type Operation = (request: HttpRequest, world: World, center: IdentityCenter) => Answer

const answerQuestion: Operation = (request, _world, { questions }) => questions.answer(request)

const OPERATIONS: ReadonlyMap<string, readonly [name: string, operation: Operation]> = new Map([
  ['POST /client/register', ['RegisterClient', (request, _world, center) => registerClient(request, center)]],
  ['POST /device_authorization', ['StartDeviceAuthorization', startDeviceAuthorization]],
  ['POST /token', ['CreateToken', createToken]],
  ['GET /authorize', ['ShowAuthorize', showAuthorize]],
  ['POST /authorize', ['AnswerAuthorize', answerQuestion]],
  ['GET /start', ['ShowDevice', showDevice]],
  [`GET ${DEVICE_PATH}`, ['ShowDevice', showDevice]],
  [`POST ${DEVICE_PATH}`, ['AnswerDevice', answerQuestion]],
])

export function createSsoOidc(world: World, center: IdentityCenter): Service {
  return {
    name: 'sso-oidc',
    operationOf: (request) => find(request)?.[0],
    answer: (request) => {
      const [, operation] = find(request) ?? []
      if (!operation) throw createRefusal('invalid_request', 'There is no such operation')
      return operation(request, world, center)
    },
    refuse: (refused) => refusePage(refused) ?? refuseOidc(refused),
  }
}

function find({ method, path }: HttpRequest): readonly [name: string, operation: Operation] | undefined {
  return OPERATIONS.get(`${method} ${path}`)
}
