import { connect } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, type Served, sendRaw, serve, startServer } from './serve-world.ts'
import { SESSION } from './world.ts'

const SECRETS = /canary|ASIAIOSFODNN7EXAMPLE/

let served: Served
beforeAll(async () => {
  served = await startServer(['--imds'], { env: SESSION, home: tmpdir() })
})
afterAll(() => void served?.child.kill('SIGKILL'))

interface Request {
  readonly line?: string
  readonly host?: string
  readonly token?: string
  /** What else is in it; after the headers, what follows them. */
  readonly headers?: string
  readonly body?: string
}

/** Right in all but what is given. */
function compose({ line = 'GET / HTTP/1.1', host, token, headers = '', body = '' }: Request): string {
  const hostLine = host ?? `Host: 127.0.0.1:${served.port}\r\n`
  const tokenLine = token ?? `Authorization: ${served.token}\r\n`
  return `${line}\r\n${hostLine}${tokenLine}${headers}\r\n${body}`
}

const statusOf = (reply: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(reply)?.[1])

test('what follows is refused for the one thing that is wrong with it', async () => {
  expect(statusOf(await sendRaw(served.port, compose({ headers: 'Connection: close\r\n' })))).toBe(200)
  expect(statusOf(await sendRaw(served.port, compose({ line: 'GET / HTTP/1.0' })))).toBe(200)
})

test.each<[name: string, status: number, request: Request]>([
  ['another host', 403, { host: 'Host: evil.example\r\n' }],
  ['another port', 403, { host: 'Host: 127.0.0.1:1\r\n' }],
  ['no port', 403, { host: 'Host: 127.0.0.1\r\n' }],
  ['a name of this machine', 403, { host: 'Host: localhost\r\n' }],
  ['no host', 400, { host: '' }],
  ['no host, as HTTP/1.0 allows', 400, { line: 'GET / HTTP/1.0', host: '' }],
  ['an empty host', 403, { host: 'Host:\r\n' }],
  ['a second host', 400, { headers: 'Host: evil.example\r\n' }],
  ['an origin', 403, { headers: 'Origin: http://evil.example\r\n' }],
  ['the origin of nobody', 403, { headers: 'Origin: null\r\n' }],
  ['an empty origin', 403, { headers: 'Origin:\r\n' }],
  ['a request of another site', 403, { headers: 'Sec-Fetch-Site: cross-site\r\n' }],
  ['a request of the same site', 403, { headers: 'sec-fetch-site: same-origin\r\n' }],
  ['one of both kinds', 403, { headers: 'Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n' }],
  ['Forwarded', 403, { headers: 'Forwarded: for=10.0.0.1\r\n' }],
  ['X-Forwarded-For', 403, { headers: 'X-Forwarded-For: 10.0.0.1\r\n' }],
  ['X-Forwarded-Host', 403, { headers: 'x-forwarded-host: a\r\n' }],
  ['Via', 403, { headers: 'Via: 1.1 proxy\r\n' }],
  ['an origin behind many headers', 403, { headers: `${'X: y\r\n'.repeat(2_100)}Origin: null\r\n` }],
  ['POST', 403, { line: 'POST / HTTP/1.1', headers: 'Content-Length: 0\r\n' }],
  ['PUT', 403, { line: 'PUT / HTTP/1.1' }],
  ['PUT of a path that only begins like the one of tokens', 403, { line: 'PUT /latest/api/token/x HTTP/1.1' }],
  ['DELETE', 403, { line: 'DELETE / HTTP/1.1' }],
  ['HEAD', 403, { line: 'HEAD / HTTP/1.1' }],
  ['a question of a browser beforehand', 403, { line: 'OPTIONS / HTTP/1.1' }],
  ['CONNECT', 403, { line: 'CONNECT evil.example:80 HTTP/1.1' }],
  ['a method that nobody knows', 400, { line: 'STEAL / HTTP/1.1' }],
  ['a whole address', 400, { line: 'GET http://evil.example/ HTTP/1.1' }],
  ['a star', 400, { line: 'OPTIONS * HTTP/1.1' }],
  ['NUL in the path', 400, { line: 'GET /\0 HTTP/1.1' }],
  ['NUL in a header', 400, { headers: 'X-Any: \0\r\n' }],
  ['a header that goes on in the next line', 400, { headers: 'X-Any: a\r\n b\r\n' }],
  ['a space before the colon', 400, { host: 'Host : 127.0.0.1\r\n' }],
  ['lines without carriage returns', 400, { line: 'GET / HTTP/1.1\nX: y' }],
  ['HTTP/2', 400, { line: 'PRI * HTTP/2.0' }],
  ['no token', 401, { token: '' }],
  ['an empty token', 401, { token: 'Authorization:\r\n' }],
  ['a token that another Authorization follows', 401, { headers: 'Authorization: x\r\n' }],
  ['a token of 64 KiB', 401, { token: `Authorization: ${'x'.repeat(65_536)}\r\n` }],
  ['an unknown path without a token', 401, { line: 'GET /profiles/x HTTP/1.1', token: '' }],
  ['an unknown path', 404, { line: 'GET /profiles/x HTTP/1.1' }],
  ['the root by a detour', 404, { line: 'GET /x/../ HTTP/1.1' }],
  ['the root by an encoded detour', 404, { line: 'GET /%2e%2e/ HTTP/1.1' }],
  ['the root with a question', 404, { line: 'GET /?x HTTP/1.1' }],
])('%s: %d', async (_name, status, request) => {
  const reply = await sendRaw(served.port, compose(request))
  expect(statusOf(reply)).toBe(status)
  expect(reply).not.toMatch(SECRETS)
  expect(reply).not.toMatch(/^access-control-/im)
  expect(reply).toMatch(/^cache-control: no-store/m)
  if (!request.line?.startsWith('HEAD')) expect(reply).toMatch(/\r\n\r\n\{"code":"\w+","message":"[^"]+"\}$/)
})

test.each<[name: string, given: (token: string) => string]>([
  ['the first half', (token) => token.slice(0, 21)],
  ['all but the last character', (token) => token.slice(0, -1)],
  ['one character more', (token) => `${token}A`],
  ['as a bearer', (token) => `Bearer ${token}`],
  ['in small letters', (token) => token.toLowerCase()],
])('the token, %s, lets nobody in', async (_name, given) => {
  const reply = await ask(served, '/', { headers: { authorization: given(served.token) } })
  expect(reply).toMatchObject({ status: 401, json: { code: 'Unauthorized' } })
})

test.each<[name: string, request: Request]>([
  ['two lengths of it', { headers: 'Content-Length: 0\r\nContent-Length: 5\r\n' }],
  ['a length and chunks', { headers: 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n' }],
  ['chunks', { headers: 'Transfer-Encoding: chunked\r\n' }],
  ['a length', { headers: 'Content-Length: 5\r\n' }],
])('a request hidden in the body of another is not seen: %s', async (_name, request) => {
  const reply = await sendRaw(served.port, compose({ ...request, body: `0\r\n\r\n${compose({})}` }))
  expect(statusOf(reply)).toBe(400)
  expect(reply.match(/HTTP\/1\.1/g)?.length).toBe(1)
  expect(reply).not.toMatch(SECRETS)
})

test('after a refusal the connection is of no more use', async () => {
  const reply = await sendRaw(served.port, compose({ headers: 'Origin: null\r\n' }) + compose({}))
  expect(reply.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 403'])
})

test('every other address of this machine refuses the connection', async () => {
  const others = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  const addresses = ['127.0.0.2', '::1', ...others.map(({ address }) => address)].filter((one) => one !== '127.0.0.1')
  const outcomes = addresses.map(
    (address) =>
      new Promise((resolve) => {
        const socket = connect(served.port, address)
        socket.on('connect', () => {
          socket.destroy()
          resolve(`${address} answers`)
        })
        socket.on('error', () => resolve('refused'))
      }),
  )
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['refused']))
})

test('without --imds there is no token to be had', async () => {
  const plain = await serve([], { env: SESSION })
  const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }
  expect(await ask(plain, '/latest/api/token', { method: 'PUT', headers })).toMatchObject({ status: 403 })
  expect(await ask(plain, '/latest/meta-data/', { headers: {} })).toMatchObject({ status: 401 })
})

test('the token is 256 bits, and another each time', async () => {
  const plain = await serve([], { env: SESSION })
  expect(Buffer.from(plain.token, 'base64url').length).toBe(32)
  expect(plain.token).not.toBe(served.token)
})
