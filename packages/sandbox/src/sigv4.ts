/**
 * Verifies Signature Version 4: the request is signed again with the key it claims, and the two are compared.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Sha256Node } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { type HttpRequest, Refusal } from './service.ts'

const ALGORITHM = 'AWS4-HMAC-SHA256'
const MAX_SKEW_MS = 5 * 60 * 1000
const MAX_PRESIGNED_SECONDS = 7 * 24 * 3600

/** What a request says about its signature, in its headers or, presigned, in its query. */
export interface Claim {
  readonly accessKeyId: string
  /** yyyymmdd, region, service, terminator. */
  readonly scope: readonly [date: string, region: string, service: string, terminator: string]
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** yyyymmddThhmmssZ. */
  readonly date: string
  readonly sessionToken: string | undefined
  /** Undefined when the signature is in the headers. */
  readonly presignedSeconds: number | undefined
}

/** Returns undefined when the request carries no signature. @throws Refusal `IncompleteSignature` */
export function readClaim({ headers, query }: HttpRequest): Claim | undefined {
  const authorization = headers['authorization']
  if (authorization !== undefined) {
    const fields = readFields(authorization)
    return createClaim((name) => fields.get(name), headers['x-amz-date'], headers['x-amz-security-token'], undefined)
  }
  if (!query.has('X-Amz-Signature')) return undefined
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) throw incomplete('Unsupported AWS algorithm')
  return createClaim(
    (name) => query.get(`X-Amz-${name}`) ?? undefined,
    query.get('X-Amz-Date') ?? undefined,
    query.get('X-Amz-Security-Token') ?? undefined,
    Number(query.get('X-Amz-Expires') ?? Number.NaN),
  )
}

/**
 * Of a stream of events, as Transcribe has them, each is signed for itself: they are not looked at.
 *
 * S3 differs: its paths are signed as they are sent, and a body may be left unsigned or be signed in pieces, which are
 * not looked at.
 *
 * @throws Refusal `SignatureDoesNotMatch`
 */
export async function verifySignature(
  request: HttpRequest,
  claim: Claim,
  service: string,
  secretAccessKey: string,
  nowMs: number,
): Promise<void> {
  const [scopeDate, region, scopeService, terminator] = claim.scope
  if (scopeService !== service) throw mismatch(`Credential should be scoped to correct service: '${service}'. `)
  if (terminator !== 'aws4_request')
    throw mismatch("Credential should be scoped with a valid terminator: 'aws4_request'.")
  if (!claim.signedHeaders.includes('host') && !claim.signedHeaders.includes(':authority'))
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
  if (!claim.date.startsWith(scopeDate))
    throw mismatch('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP')
  checkDate(claim, nowMs)

  const bodyHash = createHash('sha256').update(request.body).digest('hex')
  const declaredHash = request.headers['x-amz-content-sha256']
  const isOpen = declaredHash === EVENT_STREAM || (service === 's3' && OPEN_BODY.test(declaredHash ?? ''))
  if (declaredHash !== undefined && declaredHash !== bodyHash && !isOpen) throw mismatch(DIFFERENT)

  const expected = await sign(request, claim, { region, service, secretAccessKey })
  if (!isSame(expected, claim.signature)) throw mismatch(DIFFERENT)
}

const EVENT_STREAM = 'STREAMING-AWS4-HMAC-SHA256-EVENTS'
/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html */
const OPEN_BODY = /^(UNSIGNED-PAYLOAD|STREAMING-.+)$/

const DIFFERENT =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** Compares in constant time, whatever the lengths. */
export function isSame(left: string, right: string): boolean {
  const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}

async function sign(
  request: HttpRequest,
  claim: Claim,
  { region, service, secretAccessKey }: { region: string; service: string; secretAccessKey: string },
): Promise<string> {
  const presigned = claim.presignedSeconds !== undefined
  const signer = new SignatureV4({
    service,
    region,
    sha256: Sha256Node,
    applyChecksum: false,
    uriEscapePath: service !== 's3',
    credentials: {
      accessKeyId: claim.accessKeyId,
      secretAccessKey,
      ...(presigned && claim.sessionToken !== undefined && { sessionToken: claim.sessionToken }),
    },
  })
  const signable = new Set(claim.signedHeaders)
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => signable.has(name)))
  const message = {
    method: request.method,
    protocol: 'http:',
    hostname: request.headers['host'] ?? '',
    path: request.path,
    query: readQuery(request.query, presigned),
    headers,
    body: request.body,
  }
  const options = { signingDate: parseDate(claim.date), signableHeaders: signable }
  if (claim.presignedSeconds !== undefined) {
    const signed = await signer.presign(message, {
      ...options,
      expiresIn: claim.presignedSeconds,
      unhoistableHeaders: signable,
    })
    return String(signed.query?.['X-Amz-Signature'])
  }
  const signed = await signer.sign(message, options)
  return readFields(signed.headers['authorization'] ?? '').get('Signature') ?? ''
}

/** The query as it was before it was signed. */
function readQuery(query: URLSearchParams, presigned: boolean): Record<string, string[]> {
  const names = [...new Set(query.keys())].filter((name) => !presigned || !SIGNING_PARAMETERS.has(name))
  return Object.fromEntries(names.map((name) => [name, query.getAll(name)]))
}

const SIGNING_PARAMETERS = new Set(
  ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature', 'Security-Token'].map(
    (name) => `X-Amz-${name}`,
  ),
)

function checkDate({ date, presignedSeconds }: Claim, nowMs: number): void {
  const signedAt = parseDate(date).getTime()
  const now = formatDate(nowMs)
  const lastsMs = presignedSeconds === undefined ? MAX_SKEW_MS : presignedSeconds * 1000
  if (nowMs - signedAt > lastsMs)
    throw mismatch(
      `Signature expired: ${date} is now earlier than ${formatDate(nowMs - lastsMs)} (${now} - ${lastsMs / 60_000} min.)`,
    )
  if (signedAt - nowMs > MAX_SKEW_MS)
    throw mismatch(
      `Signature not yet current: ${date} is still later than ${formatDate(nowMs + MAX_SKEW_MS)} (${now} + 5 min.)`,
    )
}

function readFields(authorization: string): Map<string, string> {
  const [algorithm, rest = ''] = authorization.split(/ (.*)/s)
  if (algorithm !== ALGORITHM) throw incomplete('Unsupported AWS algorithm')
  const pairs = rest.split(',').map((field) => field.trim().split(/=(.*)/s))
  return new Map(pairs.map(([name = '', value = '']) => [name, value]))
}

function createClaim(
  field: (name: string) => string | undefined,
  date: string | undefined,
  sessionToken: string | undefined,
  presignedSeconds: number | undefined,
): Claim {
  const scope = field('Credential')?.split('/') ?? []
  const [accessKeyId, scopeDate, region, service, terminator] = scope
  const signedHeaders = field('SignedHeaders')
  const signature = field('Signature')
  if (!accessKeyId || !scopeDate || !region || !service || !terminator || scope.length !== 5)
    throw incomplete('Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term')
  if (!signedHeaders) throw incomplete("Authorization header requires 'SignedHeaders' parameter.")
  if (!signature) throw incomplete("Authorization header requires 'Signature' parameter.")
  if (!date || Number.isNaN(parseDate(date).getTime()))
    throw incomplete("Date must be in ISO-8601 'basic format', in 'X-Amz-Date'.")
  if (presignedSeconds !== undefined && !(presignedSeconds >= 1 && presignedSeconds <= MAX_PRESIGNED_SECONDS))
    throw incomplete('X-Amz-Expires must be 1 to 604800 seconds')
  return {
    accessKeyId,
    scope: [scopeDate, region, service, terminator],
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    date,
    sessionToken,
    presignedSeconds,
  }
}

function parseDate(date: string): Date {
  return new Date(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

function formatDate(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
}

function incomplete(message: string): Refusal {
  return new Refusal('IncompleteSignature', 400, message)
}

function mismatch(message: string): Refusal {
  return new Refusal('SignatureDoesNotMatch', 403, message)
}
