/** The answers of a store, played to the real AWS SDK, and what it asked. */
import { Readable } from 'node:stream'
import { type Host, nodeHost } from '@rolecall/credentials'
import { HttpResponse } from '@smithy/core/protocols'
import { openBucket } from '../src/bucket.ts'
import { parseBucketUrl } from '../src/bucket-url.ts'
import { filesOf, type S3Files, type S3FilesOptions } from '../src/create-s3-files.ts'
import { createKeys } from '../src/keys.ts'
import { checkTransfer } from '../src/transfer.ts'

export interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Of the signature. */
  readonly region: string | undefined
  readonly accessKeyId: string | undefined
  readonly body: unknown
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Readable
}

interface HttpRequest {
  readonly method: string
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'never-to-be-printed' }

/** Nobody answers at any other place, and no variable says anything. */
export function emptyHost(env: Record<string, string> = {}): Host {
  return {
    ...nodeHost(),
    env: { AWS_EC2_METADATA_DISABLED: 'true', ...env },
    homeDir: undefined,
    readFile: async () => undefined,
    fetch: async () => Promise.reject(new Error('no network')),
  }
}

/** Files over a bucket of which every request gets the answer of `play`. */
export function playedFiles(
  play: (sent: Sent) => Answer | Promise<Answer>,
  options: Partial<S3FilesOptions> = {},
): { files: S3Files; sent: Sent[] } {
  const { bucketUrl = 'https://bucket.s3.eu-west-1.amazonaws.com', region, host = emptyHost() } = options
  const sent: Sent[] = []
  const requestHandler = {
    async handle(request: HttpRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
      abortSignal?.throwIfAborted()
      const one = describe(request)
      sent.push(one)
      const { status = 200, headers = {}, body = '' } = await play(one)
      const stream = typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body
      return { response: new HttpResponse({ statusCode: status, headers: { ...headers }, body: stream }) }
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  }
  const address = parseBucketUrl(bucketUrl, host.env)
  const keys = createKeys('credentials' in options ? options.credentials : KEYS, host)
  const bucket = openBucket({ address, keys, region, host, requestHandler: requestHandler as never })
  return { files: filesOf(bucket, checkTransfer(options)), sent }
}

/** An error as S3 sends it. */
export function refuse(status: number, code: string, more = ''): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code>${more}<RequestId>R1</RequestId></Error>`
  return { status, headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'R1' }, body }
}

export function failure(work: Promise<unknown>) {
  return work.then(
    (value) => {
      throw new Error(`it did not fail: ${JSON.stringify(value)}`)
    },
    (error) => error,
  )
}

function describe({ method, protocol, hostname, port, path, query = {}, headers, body }: HttpRequest): Sent {
  const words = Object.entries(query).map(([name, value]) => `${name}=${value}`)
  const url = `${protocol}//${hostname}${port ? `:${port}` : ''}${path}${words.length > 0 ? `?${words.join('&')}` : ''}`
  const [, accessKeyId, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(headers['authorization'] ?? '') ?? []
  return { method, url, headers, region, accessKeyId, body }
}
