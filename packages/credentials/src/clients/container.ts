/**
 * A container's own credential endpoint, asked by one GET.
 *
 * Reads   AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, then AWS_CONTAINER_CREDENTIALS_FULL_URI;
 *         AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, then AWS_CONTAINER_AUTHORIZATION_TOKEN
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { readContainerEndpoint } from '../formats/container-endpoint.ts'
import { readEndpointCredentials, readEndpointRefusal } from '../formats/credential-json.ts'
import { parseJsonObject } from '../formats/json.ts'
import { showName } from '../formats/secret-text.ts'
import { checkToken } from '../formats/token.ts'
import { readVariable } from '../formats/variable.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { Host } from '../model/host.ts'
import type { ProviderContext, Trace } from '../model/provider.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { type OutgoingRequest, request } from './request.ts'
import { isPassing, withRetries } from './retry.ts'
import { readTokenFile } from './token-file.ts'

const REQUEST_TIMEOUT_MS = 2_000
const OVERALL_TIMEOUT_MS = 10_000

/**
 * @param source the provider that asks.
 * @returns undefined where no address is set.
 * @throws CredentialsError `CONFIG_INVALID`, `FILE_MISSING`, `FILE_UNREADABLE` before anything is sent;
 *   `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`.
 */
export async function getContainerCredentials(
  { host, signal, trace }: ProviderContext,
  source: string,
): Promise<StaticKeys | undefined> {
  const url = readContainerEndpoint(host.env, source)
  if (!url) return undefined
  trace?.fact('endpoint', url.origin)

  const headers = await readAuthorization(host, source, trace)
  const attempt = (signal: AbortSignal) => withRetries(host, signal, () => ask(host, { source, url, headers, signal }))
  return withDeadline(host, OVERALL_TIMEOUT_MS, signal, attempt).catch((error: unknown) => {
    if (!(error instanceof DeadlinePassed)) throw error
    throw fail(source, 'TIMEOUT', `${url.origin} took more than ${OVERALL_TIMEOUT_MS / 1000} s`, 'Try again later')
  })
}

async function readAuthorization(
  host: Host,
  source: string,
  trace: Trace | undefined,
): Promise<Record<string, string>> {
  const file = readVariable(host.env, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')
  if (file !== undefined) {
    trace?.fact('token file', showName(file))
    return { authorization: await readTokenFile(host, file, source) }
  }
  const token = readVariable(host.env, 'AWS_CONTAINER_AUTHORIZATION_TOKEN')
  if (token === undefined) return {}
  return { authorization: checkToken(token, 'AWS_CONTAINER_AUTHORIZATION_TOKEN', source) }
}

async function ask(host: Host, endpoint: Omit<OutgoingRequest, 'timeoutMs'>): Promise<StaticKeys> {
  const { source, url } = endpoint
  const headers = { accept: 'application/json', ...endpoint.headers }
  const { status, text } = await request(host, { ...endpoint, headers, timeoutMs: REQUEST_TIMEOUT_MS })
  if (isPassing(status)) throw fail(source, 'SOURCE_UNREACHABLE', `${url.origin} answered ${status}`, 'Try again later')
  const refuse = (how: string | number): CredentialsError => {
    const remedy = 'Check the role of the task or pod, and the authorization token'
    return fail(source, 'SOURCE_REFUSED', `${url.origin} answered ${how}`, remedy)
  }
  if (status !== 200) throw refuse(status)
  const answer = parseJsonObject(text)
  const keys = answer && readEndpointCredentials(answer)
  const refusal = answer && readEndpointRefusal(answer)
  if (!keys && refusal) throw refuse(refusal)
  if (!keys) throw fail(source, 'RESPONSE_INVALID', `${url.origin} sent no credentials`, 'Check what serves it')
  if (!keys.expiration || keys.expiration.getTime() > host.now()) return keys
  throw fail(source, 'EXPIRED', `${url.origin} sent expired credentials`, 'Check the clocks of both sides')
}

function fail(source: string, code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code, source, remedy })
}
