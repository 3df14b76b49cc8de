import { spawn } from 'node:child_process'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { request } from '../../src/clients/request.ts'
import { nodeHost } from '../../src/node.ts'
import { failureOf } from '../fake-host.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

async function listen(server: Server): Promise<string> {
  servers.push(server)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const serve = (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> =>
  listen(createHttpServer({ keepAliveTimeout: 60_000 }, handle))
/** A server that says these very bytes, and hangs up or not. */
const say = (bytes: string, thenEnd = true): Promise<string> =>
  listen(
    createServer((socket) => {
      socket.once('data', () => (thenEnd ? socket.end(bytes) : socket.write(bytes)))
    }),
  )

const host = nodeHost()
const ask = (url: string, timeoutMs = 3_000, signal = new AbortController().signal) =>
  request(host, { source: 'test', url: new URL(url), timeoutMs, signal })

test('what is sent and what comes back', async () => {
  const url = await serve((incoming, response) => {
    let body = ''
    incoming.on('data', (chunk) => (body += chunk))
    incoming.on('end', () => {
      response.writeHead(201, { 'x-one': 'a', 'set-cookie': ['b', 'c'] })
      response.end(
        JSON.stringify({
          method: incoming.method,
          url: incoming.url,
          body,
          accept: incoming.headers.accept,
          length: incoming.headers['content-length'],
        }),
      )
    })
  })
  const init = { method: 'POST', headers: { accept: 'x' }, body: 'héllo', signal: new AbortController().signal }
  const response = await host.fetch(`${url}/a?b=c`, init)
  expect(response.status).toBe(201)
  expect(response.headers.get('x-one')).toBe('a')
  expect(await response.json()).toEqual({ method: 'POST', url: '/a?b=c', body: 'héllo', accept: 'x', length: '6' })
})

test.each([204, 205, 304])('%i has no body, and leaves no socket', async (status) => {
  const url = await serve((_, response) => response.writeHead(status).end())
  if (status === 304) expect(await failureOf(ask(url))).toMatchObject({ code: 'SOURCE_REFUSED' })
  else expect(await ask(url)).toMatchObject({ status, text: '' })
  await expect.poll(() => sockets.size).toBe(0)
})

test.each([204, 205])('%i leaves no socket of a server that does not hang up, either', async (status) => {
  expect(await ask(await say(`HTTP/1.1 ${status} X\r\ncontent-length: 0\r\n\r\n`, false))).toMatchObject({
    status,
    text: '',
  })
  await expect.poll(() => sockets.size).toBe(0)
})

test.each([301, 302, 303, 307, 308])('%i is not followed', async (status) => {
  let asked = 0
  const other = await serve((_, response) => {
    asked += 1
    response.end('{}')
  })
  const url = await serve((_, response) => response.writeHead(status, { location: other }).end())
  expect(await failureOf(ask(url))).toMatchObject({ code: 'SOURCE_REFUSED' })
  expect(asked).toBe(0)
  await expect.poll(() => sockets.size).toBe(0)
})

test('a redirect is an error for who asks so, as with any fetch', async () => {
  const url = await serve((_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end())
  const { signal } = new AbortController()
  await expect(host.fetch(url, { redirect: 'error', signal })).rejects.toThrow(TypeError)
  expect((await host.fetch(url, { redirect: 'manual', signal })).status).toBe(302)
})

test('no socket is kept', async () => {
  const url = await serve((_, response) => response.end('x'))
  for (let time = 0; time < 3; time++) await ask(url)
  await expect.poll(() => sockets.size).toBe(0)
})

describe('whatever the other side does, it is an error of ours, in time', () => {
  const OK = 'HTTP/1.1 200 OK\r\n'
  test.each<[name: string, code: string, bytes: string, thenEnd: boolean]>([
    ['it hangs up', 'SOURCE_UNREACHABLE', '', true],
    ['it says nothing', 'TIMEOUT', '', false],
    ['it speaks another language', 'SOURCE_UNREACHABLE', 'SSH-2.0-OpenSSH_9.6\r\n', true],
    ['it stops in the headers', 'SOURCE_UNREACHABLE', `${OK}content-le`, true],
    ['it stops in the body', 'SOURCE_UNREACHABLE', `${OK}content-length: 10\r\n\r\n{"a"`, true],
    ['it stops in a chunk', 'SOURCE_UNREACHABLE', `${OK}transfer-encoding: chunked\r\n\r\n5\r\n{"a"`, true],
    ['it waits in the body', 'TIMEOUT', `${OK}content-length: 10\r\n\r\n{"a"`, false],
    ['it sends no chunk', 'SOURCE_UNREACHABLE', `${OK}transfer-encoding: chunked\r\n\r\nxyz\r\n`, true],
    ['it sends two lengths', 'SOURCE_UNREACHABLE', `${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, true],
    ['it sends huge headers', 'SOURCE_UNREACHABLE', `${OK}x: ${'y'.repeat(100_000)}\r\n\r\n`, true],
    ['its status is out of all ranges', 'SOURCE_UNREACHABLE', 'HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n', true],
    ['its status is 600', 'SOURCE_UNREACHABLE', 'HTTP/1.1 600 What\r\ncontent-length: 0\r\n\r\n', true],
    ['its status is 099', 'SOURCE_UNREACHABLE', 'HTTP/1.1 099 What\r\ncontent-length: 0\r\n\r\n', true],
    [
      'it wants to speak otherwise',
      'SOURCE_UNREACHABLE',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      true,
    ],
  ])('%s', async (_name, code, bytes, thenEnd) => {
    const url = await say(bytes, thenEnd)
    expect(await failureOf(ask(url, 400))).toMatchObject({ code, source: 'test' })
    await expect.poll(() => sockets.size).toBe(0)
  })

  test('it sends 200 MB: no more than a little is read', async () => {
    let sent = 0
    const url = await serve((_, response) => {
      const chunk = Buffer.alloc(65_536, 'x')
      const more = (): void => {
        while (sent < 200_000_000 && !response.destroyed) {
          sent += chunk.length
          if (!response.write(chunk)) return void response.once('drain', more)
        }
        response.end()
      }
      more()
    })
    expect(await failureOf(ask(url))).toMatchObject({ code: 'RESPONSE_INVALID' })
    await expect.poll(() => sockets.size).toBe(0)
    expect(sent).toBeLessThan(20_000_000)
  })

  test('it drips', async () => {
    const url = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 50)
      response.on('close', () => clearInterval(timer))
    })
    expect(await failureOf(ask(url, 400))).toMatchObject({ code: 'TIMEOUT' })
    await expect.poll(() => sockets.size).toBe(0)
  })

  test('nobody is there', async () => {
    const url = await serve(() => {})
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
    expect(await failureOf(ask(url))).toMatchObject({ code: 'SOURCE_UNREACHABLE' })
  })

  test('a header that no request can carry: nothing is sent, and it is not quoted', async () => {
    const url = await serve((_, response) => response.end())
    const error = await failureOf(
      request(host, {
        source: 'test',
        url: new URL(url),
        headers: { authorization: 'hunter2\nx' },
        timeoutMs: 500,
        signal: new AbortController().signal,
      }),
    )
    expect(error.stack).not.toContain('hunter2')
    expect(sockets.size).toBe(0)
  })
})

test('an abort ends the request, and comes out as it went in', async () => {
  const url = await serve(() => {})
  const caller = new AbortController()
  const reason = new Error('enough')
  const outcome = failureOf(ask(url, 3_000, caller.signal))
  await expect.poll(() => sockets.size).toBe(1)
  caller.abort(reason)
  expect(await outcome).toBe(reason)
  await expect.poll(() => sockets.size).toBe(0)
})

test('no proxy is asked for what is on this machine', async () => {
  let proxied = 0
  const proxy = await serve((_, response) => {
    proxied += 1
    response.writeHead(502).end()
  })
  const url = await serve((_, response) =>
    response.end(JSON.stringify({ AccessKeyId: 'ASIADIRECT', SecretAccessKey: 's' })),
  )
  const index = join(import.meta.dirname, '../../dist/index.js')
  const script = `import { createCredentials } from ${JSON.stringify(index)}; console.log((await createCredentials()()).accessKeyId)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url.replace('127.0.0.1', 'localhost')}/creds`,
      ...Object.fromEntries(
        ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].map((name) => [
          name,
          proxy,
        ]),
      ),
      NODE_USE_ENV_PROXY: '1',
    },
  })
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  await new Promise((resolve) => child.on('close', resolve))
  expect({ printed: printed.trim(), proxied }).toEqual({ printed: 'ASIADIRECT', proxied: 0 })
})
