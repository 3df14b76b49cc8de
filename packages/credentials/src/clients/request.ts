/** One HTTP request with a deadline, a cap on the answer; no redirect is followed. Of why `fetch` failed it says the code. */
import { CredentialsError, type CredentialsErrorCode, type Location } from '../errors.ts'
import type { Host } from '../model/host.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { explainNoAnswer } from './no-answer.ts'

const MAX_BODY_BYTES = 64 * 1024

export interface OutgoingRequest {
  /** The provider that asks. */
  readonly source: string
  /** Errors show its origin only: the path of an ECS endpoint is as good as a password. */
  readonly url: URL
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Certificates to trust instead of the platform's, as PEM. */
  readonly ca?: string | undefined
  /** A redirect is an answer like others. Default: it is a refusal, since who was asked has said that they do not answer. */
  readonly takesRedirect?: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** The setting that led here, where a file did. */
  readonly location?: Location | undefined
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** @throws CredentialsError `TIMEOUT`, `SOURCE_UNREACHABLE`, `SOURCE_REFUSED`, `RESPONSE_INVALID` for more than 64 KiB. */
export async function request(
  host: Host,
  { source, url, timeoutMs, signal, ca, location, takesRedirect = false, ...init }: OutgoingRequest,
): Promise<Reply> {
  const fail = (
    code: CredentialsErrorCode,
    problem: string,
    remedy = 'Check what serves that address',
  ): CredentialsError => new CredentialsError(`${url.origin} ${problem}`, { code, source, remedy, location })

  const ask = async (signal: AbortSignal): Promise<Reply> => {
    const response = await host.fetch(url.href, {
      redirect: 'manual',
      ...init,
      ...(ca === undefined ? {} : { ca }),
      signal,
    })
    if (isRedirect(response) && !takesRedirect) {
      response.body?.cancel().catch(() => {})
      throw fail('SOURCE_REFUSED', `answered ${response.status} and names another address, which is not asked`)
    }
    const bytes = await readBody(response)
    if (!bytes) throw fail('RESPONSE_INVALID', `sent more than ${MAX_BODY_BYTES / 1024} KiB`)
    const { status, headers } = response
    return { status, headers, text: new TextDecoder().decode(bytes) }
  }
  try {
    return await withDeadline(host, timeoutMs, signal, ask)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof CredentialsError) throw error
    if (error instanceof DeadlinePassed) throw fail('TIMEOUT', `did not answer in ${timeoutMs / 1000} s`)
    const { reason, remedy } = explainNoAnswer(error)
    throw fail('SOURCE_UNREACHABLE', `gave no answer, or half of one${reason}`, remedy)
  }
}

export function isRedirect({ status }: { readonly status: number }): boolean {
  return status >= 300 && status < 400
}

async function readBody({ body }: Response): Promise<Uint8Array | undefined> {
  if (!body) return new Uint8Array()
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    sizeBytes += next.value.byteLength
    if (sizeBytes > MAX_BODY_BYTES) {
      reader.cancel().catch(() => {}) // not waited for: the other side has had its say
      return undefined
    }
    chunks.push(next.value)
  }
  const bytes = new Uint8Array(sizeBytes)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
