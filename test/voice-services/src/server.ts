import { createServer as createHttp1 } from 'node:http'
import { createServer as createHttp2 } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Request, Response } from './exchange.ts'

/** One port on loopback for HTTP/1.1 and for HTTP/2 without TLS: the first bytes say which. */
export interface Server {
  readonly url: string
  /** How many connections were opened, by protocol. */
  readonly connections: { h2: number; 'http/1.1': number }
  /** Connections that are open now. */
  open(): number
  /** Numbers connections in the order in which they were opened. */
  numberOf(request: Request): number
  /** As a network does it, without a word. */
  drop(request: Request): void
  stop(): Promise<void>
}

const HTTP2_PREFACE = 'PRI * HTTP/2'

export async function listen(port: number, handle: (request: Request, response: Response) => void): Promise<Server> {
  const http1 = createHttp1(handle)
  const http2 = createHttp2(handle)
  http1.keepAliveTimeout = 60_000
  http2.on('sessionError', () => {})
  const sockets = new Map<Socket, number>()
  const connections = { h2: 0, 'http/1.1': 0 }
  let opened = 0

  const front = createServer((socket) => {
    opened += 1
    sockets.set(socket, opened)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    socket.once('data', (first) => {
      const isHttp2 = first.toString('latin1').startsWith(HTTP2_PREFACE)
      connections[isHttp2 ? 'h2' : 'http/1.1'] += 1
      socket.pause()
      socket.unshift(first)
      ;(isHttp2 ? http2 : http1).emit('connection', socket)
      if (!isHttp2) socket.resume()
    })
  })
  await new Promise<void>((resolve) => front.listen(port, '127.0.0.1', resolve))

  const find = (request: Request) => [...sockets].find(([{ remotePort }]) => remotePort === request.socket.remotePort)

  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    connections,
    open: () => sockets.size,
    numberOf: (request) => find(request)?.[1] ?? 0,
    drop: (request) => find(request)?.[0].destroy(),
    async stop() {
      for (const socket of sockets.keys()) socket.destroy()
      await new Promise((resolve) => front.close(resolve))
    },
  }
}
