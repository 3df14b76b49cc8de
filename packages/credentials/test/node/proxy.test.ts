import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { request } from '../../src/clients/request.ts'
import { nodeHost } from '../../src/node.ts'
import { failureOf } from '../fake-host.ts'

let folder = ''
let ca = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolecall-'))
  const names = 'subjectAltName=DNS:creds.example,IP:127.0.0.1'
  const options = [
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=test',
    '-addext',
    names,
  ]
  execFileSync('openssl', ['req', ...options, '-keyout', join(folder, 'key'), '-out', join(folder, 'cert')], {
    stdio: 'pipe',
  })
  ca = readFileSync(join(folder, 'cert'), 'utf8')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

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

async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
const secure = (): Promise<number> =>
  listen(
    createHttpsServer({ key: readFileSync(join(folder, 'key')), cert: ca }, (_, response) =>
      response.end('secure'),
    ) as unknown as Server,
  )

/** A proxy that notes what it was asked, and leads everywhere to one port of this machine: no name is ever looked up. */
async function proxy(port: number, refuse = false) {
  const asked: { to: string | undefined; by: string | undefined }[] = []
  const server = createHttpServer((_, response) => response.writeHead(500).end())
  server.on('connect', (incoming, socket: Socket) => {
    asked.push({ to: incoming.url, by: incoming.headers['proxy-authorization'] })
    if (refuse) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    sockets.add(onward)
    onward.on('close', () => sockets.delete(onward))
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  return { url: `http://user:hunter2@127.0.0.1:${await listen(server)}`, asked }
}

const ask = (url: string, options: { ca?: string; timeoutMs?: number; signal?: AbortSignal } = {}) =>
  request(nodeHost(), {
    source: 'test',
    url: new URL(url),
    timeoutMs: 3_000,
    signal: new AbortController().signal,
    ...options,
  })

describe('through a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'])(
    'that %s names goes what is meant for other machines',
    async (name) => {
      const { url, asked } = await proxy(await secure())
      vi.stubEnv(name, url)
      expect(await ask('https://creds.example/x', { ca })).toMatchObject({ status: 200, text: 'secure' })
      expect(asked).toEqual([{ to: 'creds.example:443', by: `Basic ${btoa('user:hunter2')}` }])
    },
  )

  test('and http by HTTP_PROXY', async () => {
    const { url, asked } = await proxy(await listen(createHttpServer((_, response) => response.end('plain'))))
    vi.stubEnv('HTTP_PROXY', url)
    expect(await ask('http://creds.example/x')).toMatchObject({ text: 'plain' })
    expect(asked).toMatchObject([{ to: 'creds.example:80' }])
  })

  test.each(['https://127.0.0.1', 'https://localhost'])('not %s', async (base) => {
    const port = await secure()
    const { url, asked } = await proxy(port)
    vi.stubEnv('HTTPS_PROXY', url)
    const outcome = await ask(`${base}:${port}/`, { ca }).catch((error: Error & { code: string }) => error)
    expect(asked).toEqual([])
    if (base.includes('127')) expect(outcome).toMatchObject({ text: 'secure' })
  })

  test('a proxy that refuses is no answer, and its password is not told', async () => {
    const { url } = await proxy(1, true)
    vi.stubEnv('HTTPS_PROXY', url)
    const error = await failureOf(ask('https://creds.example/', { ca }))
    expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
  })

  test('a proxy that is silent is given up in time, and let go', async () => {
    const port = await listen(createHttpServer())
    servers.at(-1)?.on('connect', (_, socket: Socket) => socket.resume().on('end', () => socket.destroy()))
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${port}`)
    expect(await failureOf(ask('https://creds.example/', { ca, timeoutMs: 300 }))).toMatchObject({ code: 'TIMEOUT' })
    await expect.poll(() => sockets.size).toBe(0)
  })

  test('a proxy that is not there is no answer', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:1')
    expect(await failureOf(ask('https://creds.example/'))).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
  })
})

describe('certificates', () => {
  test('that are given are trusted', async () => {
    expect(await ask(`https://127.0.0.1:${await secure()}/`, { ca })).toMatchObject({ text: 'secure' })
  })

  test('that nobody gave are not', async () => {
    expect(await failureOf(ask(`https://127.0.0.1:${await secure()}/`))).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
  })

  test('are asked of what is behind a proxy, too', async () => {
    const { url } = await proxy(await secure())
    vi.stubEnv('HTTPS_PROXY', url)
    expect(await failureOf(ask('https://creds.example/'))).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
    expect(await failureOf(ask('https://other.example/', { ca }))).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
  })
})
