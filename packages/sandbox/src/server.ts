/** One HTTP server on loopback for all services: finds the one a request is for, applies faults, keeps the record. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from './clock.ts'
import { deliver } from './delivery.ts'
import type { FaultRule, Faults } from './faults.ts'
import { type Answer, answerJson, type CallNotes, type HttpRequest, Refusal, type Service } from './service.ts'

const HOST = '127.0.0.1'
const MAX_BODY_BYTES = 1024 * 1024

/** A call the sandbox answered. Holds no secret. */
export interface Call {
  /** 'sts', 'iam', 'imds', 'ecs', 'eks', 'oidc', 'sso-oidc', 'sso', 'signin', 'github-actions', 'azure-devops' or 'buildkite'. */
  readonly service: string
  /** 'AssumeRole', 'PutToken'… */
  readonly operation: string
  /** The key that signed the call, or the one that was handed out by a metadata endpoint. */
  readonly accessKeyId?: string
  readonly roleArn?: string
  /** When it came, by the sandbox's clock. */
  readonly at: Date
  /** 'ok', or the error code, or 'HTTP 503' for a fault that named a status only. Faults of delivery (delay, truncation, drip) do not change it. */
  readonly outcome: string
}

export interface LoopbackServer {
  /** http://127.0.0.1:PORT. */
  readonly url: string
  serve(options: ServeOptions): void
  /** Ends every connection, answered or not. */
  close(): Promise<void>
}

export interface ServeOptions {
  readonly clock: Clock
  readonly faults: Faults
  readonly services: readonly Service[]
  readonly record: (call: Call) => void
}

/** `serve` is to follow in the same turn of the event loop: services need to know the address they are at. */
export async function listen(port: number): Promise<LoopbackServer> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, resolve)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://${HOST}:${address.port}`,
    serve: (options) => {
      server.on('request', (message, response) => {
        answerTo(options, message, response).catch(() => response.destroy())
      })
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answerTo(options: ServeOptions, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = new Date(options.clock.now())
  response.sendDate = false
  response.setHeader('date', at.toUTCString())
  const request = await readRequest(message)
  if (!request) return deliver(response, answerJson(413, { message: 'The request is too large' }), {})

  for (const service of options.services) {
    const operation = service.operationOf(request)
    if (operation === undefined) continue
    const fault = options.faults.take(service.name, operation) ?? { service: service.name }
    const notes: CallNotes = {}
    const { answer, outcome } = await decide(service, request, notes, fault)
    options.record({ service: service.name, operation, ...notes, at, outcome })
    return deliver(response, answer, fault)
  }
  return deliver(response, answerJson(404, { message: 'The sandbox has nothing at this address' }), {})
}

async function decide(
  service: Service,
  request: HttpRequest,
  notes: CallNotes,
  fault: FaultRule,
): Promise<{ answer: Answer; outcome: string }> {
  if (fault.status !== undefined || fault.errorCode !== undefined) {
    const refused = { status: fault.status, code: fault.errorCode, message: 'A fault of the sandbox, as asked for' }
    return { answer: service.refuse(refused), outcome: fault.errorCode ?? `HTTP ${fault.status}` }
  }
  try {
    return { answer: await service.answer(request, notes), outcome: 'ok' }
  } catch (error) {
    const refusal =
      error instanceof Refusal ? error : new Refusal('InternalFailure', 500, 'The sandbox itself has failed')
    return { answer: service.refuse(refusal), outcome: refusal.code }
  }
}

async function readRequest(message: IncomingMessage): Promise<HttpRequest | undefined> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of message as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  const [path = '/', ...query] = (message.url ?? '/').split('?')
  const headers = Object.entries(message.headersDistinct).map(([name, values]) => [name, values?.join(',') ?? ''])
  return {
    method: message.method ?? 'GET',
    path: path.replace(/\/{2,}/g, '/'),
    query: new URLSearchParams(query.join('?')),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  }
}
