/**
 * The two credential endpoints that containers have: of an ECS task, and of an EKS Pod Identity agent.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 *         https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
 * @module
 */
import { randomUUID } from 'node:crypto'
import { errors } from 'jose'
import type { Role } from './account.ts'
import { formatInstant } from './clock.ts'
import { createRoleKeys } from './role-keys.ts'
import { type Answer, answerJson, type CallNotes, type HttpRequest, Refusal, type Service } from './service.ts'
import { isSame } from './sigv4.ts'
import type { World } from './world.ts'

export const EKS_AUDIENCE = 'pods.eks.amazonaws.com'
export const EKS_PATH = '/v1/credentials'

export interface EcsTask {
  /** Path of its credentials: whoever knows it and the token is the task. */
  readonly path: string
  readonly authorizationToken: string
}

export function createEcs(world: World, role: Role, task: EcsTask): Service {
  return createContainerService(world, role, {
    name: 'ecs',
    path: task.path,
    sessionName: randomUUID().replaceAll('-', ''),
    authorize: (token) => {
      if (!isSame(token, task.authorizationToken))
        throw new Refusal('AccessDenied', 403, 'The authorization token is wrong')
    },
  })
}

/** The token is a JWT of the pod's service account, by the cluster's issuer, for the audience pods.eks.amazonaws.com. */
export function createEks(world: World, role: Role): Service {
  return createContainerService(world, role, {
    name: 'eks',
    path: EKS_PATH,
    sessionName: `eks-demo-${randomUUID()}`,
    authorize: async (token) => {
      await world.issuer.verify(token, { audiences: [EKS_AUDIENCE], leewaySeconds: 0 }).catch((error: unknown) => {
        throw error instanceof errors.JWTExpired
          ? new Refusal('ExpiredTokenException', 403, 'The service account token has expired')
          : new Refusal('InvalidTokenException', 403, 'The service account token is not valid')
      })
    },
  })
}

interface ContainerOptions {
  readonly name: string
  readonly path: string
  readonly sessionName: string
  readonly authorize: (token: string) => void | Promise<void>
}

function createContainerService(world: World, role: Role, options: ContainerOptions): Service {
  const currentKey = createRoleKeys(world, role, options.sessionName)
  return {
    name: options.name,
    operationOf: ({ path }) => (path === options.path ? 'GetCredentials' : undefined),
    answer: async ({ method, headers }: HttpRequest, notes: CallNotes): Promise<Answer> => {
      if (method !== 'GET') throw new Refusal('MethodNotAllowed', 405, 'Only GET is known here')
      const token = headers['authorization']
      if (!token) throw new Refusal('MissingAuthenticationToken', 401, 'The authorization token is missing')
      await options.authorize(token)

      const { accessKeyId, secretAccessKey, session } = currentKey()
      notes.accessKeyId = accessKeyId
      notes.roleArn = role.arn
      return answerJson(200, {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Token: session.token,
        Expiration: formatInstant(session.expiresAt),
        AccountId: world.account.id,
        RoleArn: role.arn,
      })
    },
    refuse: ({ status, code, message }) =>
      answerJson(status ?? 400, { code: code ?? (status && status >= 500 ? 'ServerError' : 'BadRequest'), message }),
  }
}
