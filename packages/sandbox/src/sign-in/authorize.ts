/** The page on which a person lets `aws login` in, and the one that shows the code to carry to another device. */
import { answerPage, escapeHtml, PageRefusal } from '../browser/page.ts'
import type { Questions } from '../browser/questions.ts'
import { findProblem } from '../oauth/authorization-request.ts'
import { parseLoopback, sendBack } from '../oauth/redirect-uri.ts'
import type { Answer, HttpRequest } from '../service.ts'
import type { World } from '../world.ts'
import { listAddresses } from './addresses.ts'
import type { LoginSessions } from './sessions.ts'

const CODE_LIFETIME_MS = 10 * 60 * 1000
const RULES = { challengeMethod: 'SHA-256', scopeParameter: 'scope', allowedScopes: ['openid'] }

export const CONFIRMATION_PATH = '/v1/sessions/confirmation'
export const SAME_DEVICE = 'arn:aws:signin:::devtools/same-device'
export const CROSS_DEVICE = 'arn:aws:signin:::devtools/cross-device'

/** @throws PageRefusal */
export function showAuthorize(
  request: HttpRequest,
  world: World,
  { codes, identity }: LoginSessions,
  questions: Questions,
): Answer {
  const { query } = request
  const clientId = query.get('client_id') ?? ''
  if (clientId !== SAME_DEVICE && clientId !== CROSS_DEVICE)
    throw new PageRefusal('INVALID_REQUEST', 400, 'The client is unknown')
  const redirectUri = query.get('redirect_uri') ?? ''
  const confirmations = listAddresses(request, world).map((address) => address + CONFIRMATION_PATH)
  if (clientId === SAME_DEVICE ? !parseLoopback(redirectUri) : !confirmations.includes(redirectUri))
    throw new PageRefusal('INVALID_REQUEST', 400, 'redirect_uri is not one that this client may have')

  const state = query.get('state') ?? undefined
  const problem = findProblem(query, RULES)
  if (problem) return sendBack(redirectUri, { ...problem, state })

  const authorization = { clientId, redirectUri, challenge: query.get('code_challenge') ?? '' }
  return questions.ask(request, {
    title: 'Allow the command line to use your credentials?',
    facts: { 'You are': identity.arn, Device: clientId === SAME_DEVICE ? 'this one' : 'another one' },
    leadsTo: redirectUri,
    allow: () =>
      sendBack(redirectUri, { code: codes.issue(authorization, world.clock.now() + CODE_LIFETIME_MS), state }),
    deny: () => sendBack(redirectUri, { error: 'access_denied', state }),
  })
}

/** What to type on the other device is its state and the code, in base64. */
export function showConfirmation({ query }: HttpRequest): Answer {
  const code = query.get('code')
  if (code === null) throw new PageRefusal('INVALID_REQUEST', 400, 'The request was denied')
  const text = Buffer.from(`state=${query.get('state') ?? ''}&code=${code}`).toString('base64')
  return answerPage(
    'Your authorization code',
    `<p>Enter it on the other device:</p>\n<p><code>${escapeHtml(text)}</code></p>`,
  )
}
