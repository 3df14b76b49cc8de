import { createHash, createHmac } from 'node:crypto'

/** Signature Version 4, as the services check it. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
export interface Claim {
  readonly accessKeyId: string
  /** Date, region, service and `aws4_request`. */
  readonly scope: readonly string[]
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

export interface SignedRequest {
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Of a stream of events: what stands in its place. */
  readonly payloadHash: string
}

export function readClaim(authorization: string): Claim | undefined {
  const found = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+?), ?SignedHeaders=(\S+?), ?Signature=([0-9a-f]{64})$/.exec(
    authorization,
  )
  if (!found) return undefined
  const [, accessKeyId = '', scope = '', signedHeaders = '', signature = ''] = found
  return { accessKeyId, scope: scope.split('/'), signedHeaders: signedHeaders.split(';'), signature }
}

export function signRequest(request: SignedRequest, { scope, signedHeaders }: Claim, secretAccessKey: string): string {
  const [path = '/', query = ''] = request.url.split('?')
  const canonical = [
    request.method,
    path.split('/').map(encodeSegment).join('/'),
    query.split('&').sort().join('&'),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders.join(';'),
    request.payloadHash,
  ]
  const date = request.headers['x-amz-date'] ?? ''
  return hmac(signingKey(scope, secretAccessKey), [
    'AWS4-HMAC-SHA256',
    date,
    scope.join('/'),
    sha256(canonical.join('\n')),
  ])
}

/** One event of a stream, signed over the signature before it. */
export function signEvent(
  event: { readonly headers: Uint8Array; readonly body: Uint8Array; readonly date: Date; readonly prior: string },
  scope: readonly string[],
  secretAccessKey: string,
): string {
  const date = event.date.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = [date.slice(0, 8), ...scope.slice(1)]
  const lines = [
    'AWS4-HMAC-SHA256-PAYLOAD',
    date,
    day.join('/'),
    event.prior,
    sha256(event.headers),
    sha256(event.body),
  ]
  return hmac(signingKey(day, secretAccessKey), lines)
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** The path is encoded a second time, as all services but S3 have it. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function signingKey(scope: readonly string[], secretAccessKey: string): Buffer {
  let key: string | Buffer = `AWS4${secretAccessKey}`
  for (const part of scope) key = createHmac('sha256', key).update(part).digest()
  return Buffer.from(key)
}

function hmac(key: Buffer, lines: readonly string[]): string {
  return createHmac('sha256', key).update(lines.join('\n')).digest('hex')
}
