/** Servers of this machine that stand for others: one behind TLS, and a proxy that leads everywhere to one port. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, vi } from 'vitest'
import { forHosts, isAuthority, issue } from '../certificate-world.ts'

export const STS_HOST = 'sts.eu-central-1.amazonaws.com'

const authority = issue('Test CA', 1n, 'P-256', undefined, [isAuthority()])
const server = issue('server', 2n, 'P-256', { name: 'Test CA', key: authority.key }, [
  forHosts(['creds.example', STS_HOST], [[127, 0, 0, 1]]),
])
/** Of the authority alone: nothing but the bundle makes the server trusted. */
export const CA = authority.certificate

type Handler = (request: IncomingMessage, response: ServerResponse) => void

export interface Proxy {
  /** With a user and the password `hunter2`. */
  readonly url: string
  readonly asked: readonly { readonly to: string | undefined; readonly by: string | undefined }[]
}

export interface ProxyWorld {
  readonly sockets: ReadonlySet<Socket>
  /** @returns its port. */
  listen(server: Server): Promise<number>
  secure(handler: Handler): Promise<number>
  /** No name is ever looked up. `silent` takes the request and never answers. */
  proxy(port: number, mood?: 'willing' | 'refuses' | 'silent'): Promise<Proxy>
}

/** No variable of a proxy is set before a test; every server and socket is gone after it. */
export function proxyWorld(): ProxyWorld {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  beforeEach(() => {
    for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']) {
      vi.stubEnv(name, undefined)
      vi.stubEnv(name.toUpperCase(), undefined)
    }
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    for (const socket of sockets) socket.destroy()
    for (const server of servers.splice(0)) server.close()
  })

  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }
  const listen = async (server: Server): Promise<number> => {
    servers.push(server)
    server.on('connection', keep)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  return {
    sockets,
    listen,
    secure(handler) {
      const key = server.key.export({ type: 'pkcs8', format: 'pem' })
      return listen(createHttpsServer({ key, cert: server.certificate }, handler) as unknown as Server)
    },
    async proxy(port, mood = 'willing') {
      const asked: { to: string | undefined; by: string | undefined }[] = []
      const server = createHttpServer((_, response) => response.writeHead(500).end())
      server.on('connect', (incoming, socket: Socket) => {
        asked.push({ to: incoming.url, by: incoming.headers['proxy-authorization'] })
        if (mood === 'silent') return void socket.resume().on('end', () => socket.destroy())
        if (mood === 'refuses') return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
        const onward = connect(port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connected\r\n\r\n')
          onward.pipe(socket).pipe(onward)
        })
        keep(onward)
        onward.on('error', () => socket.destroy())
        socket.on('error', () => onward.destroy())
      })
      return { url: `http://user:hunter2@127.0.0.1:${await listen(server)}`, asked }
    },
  }
}
