import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { codec, encodeException, type Message, readMessages } from './events.ts'
import type { IssuedKeys, KeyRing } from './keys.ts'
import { type Claim, readClaim, sha256, signEvent, signRequest } from './signature.ts'

export type Request = IncomingMessage | Http2ServerRequest
export type Response = ServerResponse | Http2ServerResponse

/** A service says no, as AWS does: in an answer, or in the middle of a stream. */
export class Refusal extends Error {
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** What was seen of all requests. */
export interface Ledger {
  readonly badSignatures: string[]
  /** Events of streams that were signed as they should be. */
  goodEvents: number
  /** Requests and events that came with keys that were over. */
  expired: number
}

export interface Caller {
  readonly keys: IssuedKeys
  readonly claim: Claim
}

export interface Clock {
  now(): number
}

const LONGEST_SKEW_MS = 5 * 60_000

/** Checks who signed, as far as that can be before there is a body. */
export function authenticate(request: Request, keyRing: KeyRing, clock: Clock, ledger: Ledger): Caller {
  const claim = readClaim(String(request.headers.authorization ?? ''))
  if (!claim) throw new Refusal('MissingAuthenticationTokenException', 403, 'Missing Authentication Token')
  const keys = keyRing.find(claim.accessKeyId)
  if (!keys || keys.sessionToken !== request.headers['x-amz-security-token'])
    throw new Refusal('UnrecognizedClientException', 403, 'The security token included in the request is invalid.')
  if (keyRing.isExpired(keys, clock.now())) {
    ledger.expired += 1
    throw new Refusal('ExpiredTokenException', 403, 'The security token included in the request is expired')
  }
  const signedAt = parseDate(String(request.headers['x-amz-date'] ?? ''))
  if (Math.abs(signedAt - clock.now()) > LONGEST_SKEW_MS)
    throw new Refusal('InvalidSignatureException', 403, 'Signature expired: it is now another time')
  return { keys, claim }
}

export function checkSignature(request: Request, { keys, claim }: Caller, body: Uint8Array, ledger: Ledger): void {
  const declared = request.headers['x-amz-content-sha256']
  const isStream = declared === 'STREAMING-AWS4-HMAC-SHA256-EVENTS'
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const host = headers['host'] ?? headers[':authority'] ?? ''
  const payloadHash = isStream ? declared : sha256(body)
  const signed = { method: request.method ?? '', url: request.url ?? '', headers: { ...headers, host }, payloadHash }
  if (signRequest(signed, claim, keys.secretAccessKey) === claim.signature) return
  ledger.badSignatures.push(`${request.method} ${request.url}`)
  throw new Refusal('InvalidSignatureException', 403, 'The request signature we calculated does not match')
}

/** Who signed a stream, and what is checked of each of its events. */
export interface EventChecks extends Caller {
  readonly keyRing: KeyRing
  readonly clock: Clock
  readonly ledger: Ledger
}

/** Events of the request's stream. With checks: each with its signature right, and its keys still good. */
export async function* readEvents(
  request: Request,
  checks: EventChecks | undefined,
): AsyncGenerator<{ type: string; body: Uint8Array }> {
  const check = checks && checkEvents(request, checks)
  // left early, the stream must live on: the answer goes over it
  const pieces = (request as IncomingMessage).iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  for await (const message of readMessages(pieces)) {
    check?.signature(message)
    if (message.body.length === 0) return
    check?.life()
    const event = codec.decode(message.body)
    yield { type: String(event.headers[':event-type']?.value), body: event.body }
  }
}

function checkEvents(request: Request, { keys, claim, keyRing, clock, ledger }: EventChecks) {
  let prior = claim.signature
  return {
    signature({ headers, body }: Message): void {
      const date = headers[':date']?.value as Date
      const given = Buffer.from(headers[':chunk-signature']?.value as Uint8Array).toString('hex')
      const signedHeaders = codec.formatHeaders({ ':date': { type: 'timestamp', value: date } })
      prior = signEvent({ headers: signedHeaders, body, date, prior }, claim.scope, keys.secretAccessKey)
      if (prior !== given) {
        ledger.badSignatures.push(`event of ${request.url}`)
        throw new Refusal('InvalidSignatureException', 403, 'bad chunk signature')
      }
      if (Math.abs(date.getTime() - clock.now()) > LONGEST_SKEW_MS)
        throw new Refusal('InvalidSignatureException', 403, 'Signature expired: it is now another time')
      ledger.goodEvents += 1
    },
    life(): void {
      if (!keyRing.isExpired(keys, clock.now())) return
      ledger.expired += 1
      throw new Refusal('BadRequestException', 400, 'The security token included in the request is expired')
    },
  }
}

export async function readBody(request: Request): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** Before an answer has begun as a status, after that as an event. */
export function sendRefusal(response: Response, { code, status, message }: Refusal): void {
  if (response.headersSent) {
    write(response, encodeException(code, message))
    response.end()
    return
  }
  response.statusCode = status
  response.setHeader('x-amzn-errortype', code)
  response.setHeader('content-type', 'application/json')
  ;(response as ServerResponse).end(JSON.stringify({ message }))
}

export function beginEvents(response: Response): void {
  response.statusCode = 200
  response.setHeader('content-type', 'application/vnd.amazon.eventstream')
  response.setHeader('x-amzn-requestid', requestId())
  ;(response as ServerResponse).flushHeaders()
}

export function write(response: Response, bytes: Uint8Array): void {
  if (!response.writableEnded && !response.destroyed) (response as ServerResponse).write(bytes)
}

let requests = 0
export function requestId(): string {
  requests += 1
  return createHash('sha1').update(String(requests)).digest('hex').slice(0, 32)
}

function parseDate(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}
