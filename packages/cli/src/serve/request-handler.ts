/** From a request to its answer: what is refused, who is let in, and what is served where. */
import type { IncomingMessage, RequestListener } from 'node:http'
import { type Answer, answerText, refuse, send } from './answer.ts'
import type { InstanceProtocol } from './instance-protocol.ts'
import { inspect } from './refusals.ts'

/** What is served, wherever the server listens. */
export interface Handling {
  readonly container: (authorization: string | undefined, path: string) => Answer | Promise<Answer>
  readonly instance: InstanceProtocol | undefined
}

export interface HandlerOptions extends Handling {
  /** The names of this server, with the port. */
  readonly hosts: readonly string[]
}

const HEALTH_PATH = '/healthz'
const HEALTHY = answerText('ok\n', { connection: 'close' })
const ONLY_GET = refuse(403, 'Forbidden', 'Only GET is allowed here')

export function createHandler(options: HandlerOptions): RequestListener {
  return (request, response) => {
    const answer = decide(request, options)
    if (!(answer instanceof Promise)) return send(response, answer)
    answer.then(
      (answer) => send(response, answer),
      () => response.destroy(),
    )
  }
}

function decide(request: IncomingMessage, { hosts, container, instance }: HandlerOptions): Answer | Promise<Answer> {
  const { fault, authorization } = inspect(request, hosts)
  if (fault) return fault
  const { method = '', url = '' } = request
  const path = url.includes('//') ? url.replace(/\/{2,}/g, '/') : url // an endpoint that ends in "/", and a path
  if (method !== 'GET' && !instance?.isTokenRequest(method, path)) return ONLY_GET
  if (path === HEALTH_PATH) return HEALTHY
  return instance?.isFor(path) ? instance.answer(request, path) : container(authorization, path)
}
