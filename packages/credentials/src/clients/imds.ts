/**
 * The EC2 instance metadata service, version 2: a token first, then what it is asked for.
 *
 * Source  https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 *         https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import type { Host } from '../model/host.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { isRedirect, type Reply, request } from './request.ts'
import { isPassing, withRetries } from './retry.ts'

const ATTEMPT_TIMEOUT_MS = 1_000
/** Where nothing answers at all, it is given up sooner than a slow service. */
const SILENCE_TIMEOUT_MS = 2_000
const OVERALL_TIMEOUT_MS = 5_000
const TOKEN_SECONDS = 21_600
const TOKEN_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds'
/** How a service without version 2 answers: an instance where it is off, or another cloud at the same address. */
const NOT_OFFERED = [403, 404, 405]
/** A token is replaced this long before its end; one of less than twice that, at half its life. */
const TOKEN_MARGIN_MS = 120_000

export interface ImdsRequest {
  readonly host: Host
  readonly endpoint: URL
  /** Go on without a token where the service gives none. */
  readonly allowV1: boolean
  readonly signal: AbortSignal
  /** The provider that asks. */
  readonly source: string
}

export interface ImdsSession {
  /**
   * What `read` makes of the body, or undefined where there is no such path. Other failures throw; a body that `read`
   * throws `RESPONSE_INVALID` for is asked for again first.
   */
  get<T>(path: string, read: (text: string) => T): Promise<T | undefined>
}

export interface Imds {
  /**
   * Runs a conversation of several requests within 5 s.
   *
   * @throws CredentialsError `SOURCE_UNREACHABLE`, `TIMEOUT`, `SOURCE_REFUSED`, `RESPONSE_INVALID`.
   */
  converse<T>(request: ImdsRequest, work: (session: ImdsSession) => Promise<T>): Promise<T>
}

/** Keeps the token from one conversation to the next. */
export function createImds(): Imds {
  let kept: { origin: string; value: string | undefined; untilMs: number } | undefined

  const readToken = async (to: ImdsRequest): Promise<string | undefined> => {
    const { origin } = to.endpoint
    if (kept?.origin === origin && to.host.now() < kept.untilMs) return kept.value
    const { value, lifeMs } = await getToken(to)
    kept = { origin, value, untilMs: to.host.now() + lifeMs - Math.min(TOKEN_MARGIN_MS, lifeMs / 2) }
    return value
  }

  const getWithToken = async <T>(to: ImdsRequest, path: string, read: (text: string) => T): Promise<T | undefined> => {
    let reply = await get(to, path, await readToken(to), read)
    if (reply.status === 401) {
      kept = undefined
      reply = await get(to, path, await readToken(to), read)
    }
    if (reply.status === 404) return undefined
    if (reply.status === 200) return reply.value
    throw fail(
      to.source,
      'SOURCE_REFUSED',
      `${to.endpoint.origin} answered ${path} with ${reply.status}`,
      'Check the instance',
    )
  }

  return {
    async converse(to, work) {
      const talk = (signal: AbortSignal) => work({ get: (path, read) => getWithToken({ ...to, signal }, path, read) })
      return withDeadline(to.host, OVERALL_TIMEOUT_MS, to.signal, talk).catch((error: unknown) => {
        throw error instanceof DeadlinePassed ? slow(to, OVERALL_TIMEOUT_MS) : error
      })
    },
  }
}

/** Nothing answers there, or something that gives no tokens: this machine is no EC2 instance, or hides that it is. */
export class NoInstance extends CredentialsError {}

interface Token {
  /** undefined where version 1 is allowed and there is none. */
  readonly value: string | undefined
  readonly lifeMs: number
}

async function getToken(to: ImdsRequest): Promise<Token> {
  const { host, endpoint, allowV1, signal } = to
  const headers = { [TOKEN_HEADER]: String(TOKEN_SECONDS) }
  const none = { value: undefined, lifeMs: TOKEN_SECONDS * 1000 }
  let answered = false
  const put = (signal: AbortSignal) =>
    withRetries(host, signal, () =>
      send({ ...to, signal }, 'PUT', '/latest/api/token', headers, () => {
        answered = true
      }),
    )

  const reply = await withDeadline(host, SILENCE_TIMEOUT_MS, signal, put).catch((error: unknown) => {
    signal.throwIfAborted()
    if (answered) throw error instanceof DeadlinePassed ? slow(to, SILENCE_TIMEOUT_MS) : error
    if (allowV1) return undefined
    const remedy = 'Check that this is an EC2 instance; inside a container, that the hop limit of the instance is 2'
    const problem = `no answer from ${endpoint.origin}`
    throw new NoInstance(problem, { code: 'SOURCE_UNREACHABLE', source: to.source, remedy })
  })
  if (!reply) return none

  const value = reply.text.trim()
  if (reply.status === 200 && /^[\x21-\x7e]+$/.test(value)) return { value, lifeMs: readLifeMs(reply) }
  if (reply.status === 200)
    throw fail(to.source, 'RESPONSE_INVALID', `${endpoint.origin} sent no token`, 'Check what serves it')
  if (allowV1 && NOT_OFFERED.includes(reply.status)) return none
  const problem = `${endpoint.origin} refused a token with ${reply.status}`
  const options = { code: 'SOURCE_REFUSED', source: to.source, remedy: 'Allow IMDSv2 on the instance' } as const
  throw NOT_OFFERED.includes(reply.status) || isRedirect(reply)
    ? new NoInstance(problem, options)
    : new CredentialsError(problem, options)
}

/** The service may grant less than it was asked for. */
function readLifeMs({ headers }: Reply): number {
  const seconds = Number(headers.get(TOKEN_HEADER))
  return (seconds > 0 && seconds < TOKEN_SECONDS ? seconds : TOKEN_SECONDS) * 1000
}

function get<T>(
  to: ImdsRequest,
  path: string,
  token: string | undefined,
  read: (text: string) => T,
): Promise<{ status: number; value?: T }> {
  const headers: Record<string, string> = token === undefined ? {} : { 'x-aws-ec2-metadata-token': token }
  return withRetries(to.host, to.signal, async () => {
    const { status, text } = await send(to, 'GET', path, headers)
    return status === 200 ? { status, value: read(text) } : { status }
  })
}

async function send(
  to: ImdsRequest,
  method: string,
  path: string,
  headers: Record<string, string>,
  onAnswer?: () => void,
): Promise<Reply> {
  const { host, endpoint, signal } = to
  const url = new URL(endpoint.href.replace(/\/+$/, '') + path)
  const asked = { source: to.source, url, method, headers, takesRedirect: true, timeoutMs: ATTEMPT_TIMEOUT_MS, signal }
  const reply = await request(host, asked)
  onAnswer?.()
  if (!isPassing(reply.status)) return reply
  throw fail(
    to.source,
    'SOURCE_UNREACHABLE',
    `${endpoint.origin} answered ${path} with ${reply.status}`,
    'Try again later',
  )
}

function slow({ endpoint, source }: ImdsRequest, timeoutMs: number): CredentialsError {
  return fail(source, 'TIMEOUT', `${endpoint.origin} took more than ${timeoutMs / 1000} s`, 'Try again later')
}

function fail(source: string, code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code, source, remedy })
}
