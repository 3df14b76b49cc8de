import { randomInt } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sandbox } from '@rolecall/sandbox'
import { forHosts, isAuthority, issue } from '../../../packages/credentials/test/certificate-world.ts'

/** A request to EC2 or S3 that came by. */
export interface ServiceCall {
  readonly service: string
  /** Who signed it; undefined when it was refused. */
  readonly arn?: string
  readonly accessKeyId?: string
  /** 'ok' when it was let through, or the reason why it was refused. */
  readonly outcome: string
}

export interface Gateway {
  /** Of a proxy for https, and itself an endpoint of EC2 and S3. */
  readonly url: string
  /** PEM: whoever trusts it takes the gateway for AWS. */
  readonly authority: string
  readonly calls: readonly ServiceCall[]
  /** EC2 and S3 take so long for each answer. */
  delayMs: number
  stop(): void
}

interface Upstreams {
  /** Answers STS, and knows who may sign. */
  readonly sandbox: Sandbox
  /** Answers EC2 and S3. */
  readonly moto: { readonly url: string }
}

/**
 * Stands where AWS would: ends TLS for its names, checks the signature, the session token and the session's end of each
 * request to EC2 and S3 as AWS does, and only then passes it on.
 */
export async function startGateway({ sandbox, moto }: Upstreams): Promise<Gateway> {
  const authority = issue('Gateway CA', 1n, 'P-256', undefined, [isAuthority()])
  const names = forHosts(['*.amazonaws.com', '*.us-east-1.amazonaws.com'])
  const server = issue('gateway', 2n, 'P-256', { name: 'Gateway CA', key: authority.key }, [names])
  const calls: ServiceCall[] = []
  const ownAccount = { 'x-moto-account-id': String(randomInt(1e11, 1e12)) } // tests that share moto share nothing else

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming)
    const { method = 'GET', url: path = '/' } = incoming
    const headers = joinHeaders(incoming.headers)
    const service = findService(headers)
    if (service === 'sts') return passOn(sandbox.url, incoming, headers, body, response)
    try {
      const caller = await sandbox.authenticate({ service, method, path, headers, body })
      calls.push({ service, ...caller, outcome: 'ok' })
    } catch (error) {
      const { code, message } = error as Error & { code?: string }
      calls.push({ service, outcome: code ?? message })
      return refuse(service, code ?? 'InternalError', response)
    }
    await sleep(gateway.delayMs)
    return passOn(moto.url, incoming, { ...headers, ...ownAccount }, body, response)
  }

  const answer = (incoming: IncomingMessage, response: ServerResponse): void => {
    handle(incoming, response).catch(() => response.destroy())
  }
  const key = server.key.export({ type: 'pkcs8', format: 'pem' })
  const secure = createSecureServer({ key, cert: server.certificate }, answer)
  const plain = createServer(answer)
  const sockets = new Set<Socket>()
  plain.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  plain.on('connect', (_incoming, socket: Socket) => {
    socket.write('HTTP/1.1 200 Connected\r\n\r\n')
    secure.emit('connection', socket)
  })
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))

  const gateway: Gateway = {
    url: `http://127.0.0.1:${(plain.address() as AddressInfo).port}`,
    authority: authority.certificate,
    calls,
    delayMs: 0,
    stop: () => {
      plain.close()
      for (const socket of sockets) socket.destroy()
    },
  }
  return gateway
}

/** By what was signed for, else by the name that was asked: a request to STS may have no signature. */
function findService({ authorization = '', host = '' }: Readonly<Record<string, string>>): string {
  const [, scope] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization) ?? []
  return scope ?? /^(?:[^.]+\.)?(ec2|s3|sts)\./.exec(host)?.[1] ?? 's3'
}

function joinHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]))
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function passOn(
  to: string,
  { method, url }: IncomingMessage,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  response: ServerResponse,
): void {
  const onward = request(to, { path: url, method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.destroy()).end(body)
}

/** https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html, …/AmazonS3/latest/API/ErrorResponses.html */
const EC2_CODES: Readonly<Record<string, readonly [status: number, code: string]>> = {
  ExpiredToken: [400, 'RequestExpired'],
  InternalError: [500, 'InternalError'],
}
const S3_CODES: Readonly<Record<string, readonly [status: number, code: string]>> = {
  ExpiredToken: [400, 'ExpiredToken'],
  InvalidClientTokenId: [403, 'InvalidAccessKeyId'],
  InternalError: [500, 'InternalError'],
}

function refuse(service: string, reason: string, response: ServerResponse): void {
  const [status, code] =
    service === 'ec2' ? (EC2_CODES[reason] ?? [401, 'AuthFailure']) : (S3_CODES[reason] ?? [403, reason])
  const error = `<Error><Code>${code}</Code><Message>${reason}, says the gateway</Message></Error>`
  const body = service === 'ec2' ? `<Response><Errors>${error}</Errors><RequestID>0</RequestID></Response>` : error
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`)
}
