/**
 * The sign-in service of AWS, and its pages: what `aws login` talks to.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html
 *         the service model `signin` 2023-01-01 in the AWS SDKs
 * @module
 */
import { refusePage } from '../browser/page.ts'
import { createQuestions } from '../browser/questions.ts'
import type { HttpRequest, Service } from '../service.ts'
import type { World } from '../world.ts'
import { CONFIRMATION_PATH, showAuthorize, showConfirmation } from './authorize.ts'
import { createToken, TOKEN_PATH } from './create-token.ts'
import { createProofVerifier } from './dpop.ts'
import { refuseSignIn } from './errors.ts'
import type { LoginSessions } from './sessions.ts'

const OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['GET /v1/authorize', 'ShowAuthorize'],
  ['POST /v1/authorize', 'AnswerAuthorize'],
  [`GET ${CONFIRMATION_PATH}`, 'ShowConfirmation'],
  [`POST ${TOKEN_PATH}`, 'CreateOAuth2Token'],
])

export function createSignIn(world: World, sessions: LoginSessions): Service {
  const questions = createQuestions(world.clock)
  const proofs = createProofVerifier(world.clock)
  return {
    name: 'signin',
    operationOf,
    answer: (request, notes) => {
      const operation = operationOf(request)
      if (operation === 'ShowAuthorize') return showAuthorize(request, world, sessions, questions)
      if (operation === 'AnswerAuthorize') return questions.answer(request)
      if (operation === 'ShowConfirmation') return showConfirmation(request)
      return createToken(request, notes, world, { sessions, proofs })
    },
    refuse: (refused) => refusePage(refused) ?? refuseSignIn(refused),
  }
}

function operationOf({ method, path }: HttpRequest): string | undefined {
  return OPERATIONS.get(`${method} ${path}`)
}
