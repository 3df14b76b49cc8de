/** The address at which a CI gives a job its tokens, each for a bearer that goes nowhere else. */
import { parseJsonObject, readText } from '../../formats/json.ts'
import { isLocalHost, withoutResolver } from '../../formats/local-host.ts'
import { checkToken } from '../../formats/token.ts'
import { checkTokenEndpoint } from '../../formats/token-endpoint.ts'
import { DeadlinePassed, withDeadline } from '../deadline.ts'
import { request } from '../request.ts'
import { isPassing, withRetries } from '../retry.ts'
import type { TokenRequest } from './ci.ts'
import { fail, SOURCE } from './failure.ts'

const REQUEST_TIMEOUT_MS = 10_000
const OVERALL_TIMEOUT_MS = 30_000
/** Jobs of one build start together, and the endpoints are busy then. */
const RETRIES = 4

export interface TokenEndpoint {
  /** The variable that holds the address. */
  readonly variable: string
  readonly address: string
  readonly query: Readonly<Record<string, string>>
  readonly method: 'GET' | 'POST'
  readonly bearer: { readonly variable: string; readonly value: string }
  /** What of the answer is the token. */
  readonly field: string
  /** What to do where the answer is no. */
  readonly remedy: string
}

/**
 * @throws CredentialsError `CONFIG_INVALID` for an address that may not be asked, before anything is sent;
 *   `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`.
 */
export async function requestToken({ host, signal }: TokenRequest, endpoint: TokenEndpoint): Promise<string> {
  const url = readAddress(endpoint)
  const { variable, value } = endpoint.bearer
  const headers = { accept: 'application/json', authorization: `Bearer ${checkToken(value, variable, SOURCE)}` }

  const ask = async (signal: AbortSignal): Promise<string> => {
    const { method, field, remedy } = endpoint
    const outgoing = {
      source: SOURCE,
      url,
      method,
      headers,
      takesRedirect: true,
      timeoutMs: REQUEST_TIMEOUT_MS,
      signal,
    }
    const { status, text } = await request(host, outgoing)
    if (isPassing(status)) throw fail('SOURCE_UNREACHABLE', `${url.origin} answered ${status}`, 'Try again later')
    if (status !== 200) throw fail('SOURCE_REFUSED', `${url.origin} answered ${status}: it gives no token`, remedy)
    const answer = parseJsonObject(text)
    const token = answer && readText(answer, field)
    if (token !== undefined) return checkToken(token, `what ${url.origin} sent`, SOURCE)
    throw fail('RESPONSE_INVALID', `${url.origin} sent no token`, 'Check what serves that address')
  }
  const attempt = (signal: AbortSignal) => withRetries(host, signal, () => ask(signal), RETRIES)
  return withDeadline(host, OVERALL_TIMEOUT_MS, signal, attempt).catch((error: unknown) => {
    if (!(error instanceof DeadlinePassed)) throw error
    throw fail('TIMEOUT', `${url.origin} gave no token in ${OVERALL_TIMEOUT_MS / 1000} s`, 'Try again later')
  })
}

function readAddress({ variable, address, query }: TokenEndpoint): URL {
  const added = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const whole = `${address.trim()}${address.includes('?') ? '&' : '?'}${added.join('&')}`
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw fail('CONFIG_INVALID', `${variable} is no http or https address`, 'Leave it as the CI sets it')
  return url.protocol === 'http:' && isLocalHost(url) ? withoutResolver(url) : checkTokenEndpoint(url, SOURCE)
}
