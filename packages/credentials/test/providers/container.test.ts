import { describe, expect, test } from 'vitest'
import { fromContainer } from '../../src/providers/container.ts'
import {
  type Answer,
  type Content,
  drip,
  type FakeHost,
  failureOf,
  fakeHost,
  silence,
  type World,
} from '../fake-host.ts'
import { traceWith } from '../trace.ts'

const ECS = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/task' }
const ECS_URL = 'GET http://169.254.170.2/v2/task'
const KEYS = {
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'secret',
  Token: 'token',
  Expiration: '2026-01-01T06:00:00Z',
}
const HTML = '<html><body>Sign in to the hotel’s network</body></html>'

const provide = (host: FakeHost, signal = new AbortController().signal) => fromContainer().provide({ host, signal })
const ok = (): Response => Response.json(KEYS)
const status = (code: number): Response => new Response('{"secret":"hunter2"}', { status: code })

test('an ECS task gets its role’s credentials, which may be served past their end', async () => {
  const host = fakeHost({
    env: ECS,
    http: { [ECS_URL]: Response.json({ ...KEYS, AccountId: '123456789012', RoleArn: 'x' }) },
  })
  expect(await provide(host)).toEqual({
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date('2026-01-01T06:00:00Z'),
    accountId: '123456789012',
    staleAllowed: true,
  })
  expect(host.requests).toMatchObject([{ headers: { accept: 'application/json' } }])
  expect(host.requests[0]?.headers).not.toHaveProperty('authorization')
})

test('token and expiry may be missing', async () => {
  const { AccessKeyId, SecretAccessKey } = KEYS
  const host = fakeHost({ env: ECS, http: { [ECS_URL]: Response.json({ AccessKeyId, SecretAccessKey }) } })
  expect(await provide(host)).toMatchObject({ sessionToken: undefined, expiration: undefined, accountId: undefined })
})

test.each([{}, { AWS_CONTAINER_CREDENTIALS_FULL_URI: ' ' }])('outside a container it steps aside: %o', async (env) => {
  expect(await provide(fakeHost({ env }))).toEqual({ skipped: expect.stringContaining('not set') })
})

test('the relative address wins over the full one', async () => {
  const host = fakeHost({
    env: { ...ECS, AWS_CONTAINER_CREDENTIALS_FULL_URI: 'https://full.example/' },
    http: { [ECS_URL]: ok },
  })
  expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
})

describe('the authorization', () => {
  const EKS = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/var/run/token',
  }
  const EKS_URL = 'GET http://169.254.170.23/v1/credentials'
  const sent = (host: FakeHost) => host.requests.map(({ headers }) => headers['authorization'])

  test('is the token of the variable, as it stands', async () => {
    const host = fakeHost({
      env: { ...ECS, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Basic abc==' },
      http: { [ECS_URL]: ok },
    })
    await provide(host)
    expect(sent(host)).toEqual(['Basic abc=='])
  })

  test('is the token of the file, not the one of the variable', async () => {
    const host = fakeHost({
      env: { ...EKS, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'stale' },
      files: { '/var/run/token': 'fresh\n' },
      http: { [EKS_URL]: ok },
    })
    await provide(host)
    expect(sent(host)).toEqual(['fresh'])
  })

  test('is read for each request: a token that was changed is sent', async () => {
    const host = fakeHost({ env: EKS, files: { '/var/run/token': 'one' }, http: { [EKS_URL]: ok } })
    await provide(host)
    host.files['/var/run/token'] = 'two'
    await provide(host)
    expect(sent(host)).toEqual(['one', 'two'])
  })

  test('a file that is missing for a moment is an error then, and no more after', async () => {
    const host = fakeHost({ env: EKS, http: { [EKS_URL]: ok } })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'FILE_MISSING', location: { file: '/var/run/token' } })
    host.files['/var/run/token'] = 'two'
    expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
  })

  test('a redirect never sees it', async () => {
    const elsewhere = (): Response => new Response(null, { status: 302, headers: { location: 'http://10.0.0.1/' } })
    const host = fakeHost({ env: { ...ECS, AWS_CONTAINER_AUTHORIZATION_TOKEN: 't' }, http: { [ECS_URL]: elsewhere } })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(host.requests.map(({ url }) => url)).toEqual(['http://169.254.170.2/v2/task'])
  })

  test.each<[name: string, code: string, content: Content | undefined]>([
    ['a file that is not there', 'FILE_MISSING', undefined],
    ['a file that cannot be read', 'FILE_UNREADABLE', new Error('EACCES hunter2')],
    ['an empty file', 'CONFIG_INVALID', ''],
    ['two lines', 'CONFIG_INVALID', 'hunter2\nhunter2'],
    ['two line ends', 'CONFIG_INVALID', 'hunter2\n\n'],
    ['a NUL', 'CONFIG_INVALID', 'hunter2\0'],
    ['bytes that are no text', 'CONFIG_INVALID', new Uint8Array([0x68, 0xff])],
    ['a megabyte', 'CONFIG_INVALID', 'hunter2'.repeat(150_000)],
  ])('%s is an error before anything is sent, and is not quoted', async (_name, code, content) => {
    const host = fakeHost({ env: EKS, files: content === undefined ? {} : { '/var/run/token': content } })
    const error = await failureOf(provide(host))
    expect(error).toMatchObject({ code, source: 'container', location: { file: '/var/run/token' } })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
    expect(host.requests).toEqual([])
  })

  test.each(['hunter2\r\nx-evil: 1', 'hunter2\n\n', '\0hunter2'])('the variable %j is refused too', async (token) => {
    const host = fakeHost({ env: { ...ECS, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } })
    const error = await failureOf(provide(host))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(error.stack).not.toContain('hunter2')
  })
})

describe('what may pass is tried again, three times, and then is an error', () => {
  test.each<[name: string, code: string, answer: Answer]>([
    ['no answer', 'SOURCE_UNREACHABLE', new TypeError('fetch failed: hunter2')],
    ['500', 'SOURCE_UNREACHABLE', () => status(500)],
    ['503', 'SOURCE_UNREACHABLE', () => status(503)],
    ['429', 'SOURCE_UNREACHABLE', () => status(429)],
    ['408', 'SOURCE_UNREACHABLE', () => status(408)],
    ['HTML', 'RESPONSE_INVALID', () => new Response(HTML)],
    ['nothing', 'RESPONSE_INVALID', () => new Response('')],
    ['half of it', 'RESPONSE_INVALID', () => new Response('{"AccessKeyId":"hunter2","Secr')],
    ['no keys', 'RESPONSE_INVALID', () => Response.json({ Message: 'hunter2' })],
    ['a list', 'RESPONSE_INVALID', () => Response.json([KEYS])],
    ['an expiry that is no time', 'RESPONSE_INVALID', () => Response.json({ ...KEYS, Expiration: 'hunter2' })],
    ['too much', 'RESPONSE_INVALID', () => new Response('hunter2'.repeat(20_000))],
  ])('%s', async (_name, code, answer) => {
    const host = fakeHost({ env: ECS, http: { [ECS_URL]: answer } })
    const error = await host.until(failureOf(provide(host)))
    expect(error).toMatchObject({ code, source: 'container' })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/hunter2|v2\/task/)
    expect(host.requests.map(({ atMs }) => atMs)).toEqual([0, 50, 150, 350])
    expect(host.sleeping).toBe(0)
  })

  test('and is forgotten when it has passed', async () => {
    const host = fakeHost({
      env: ECS,
      http: { [ECS_URL]: [() => status(500), () => new Response(HTML), new Error('reset'), ok] },
    })
    expect(await host.until(Promise.resolve(provide(host)))).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
  })
})

test.each([400, 401, 403, 404, 405, 418])('%i is final: one request', async (code) => {
  const host = fakeHost({ env: ECS, http: { [ECS_URL]: status(code) } })
  const error = await failureOf(provide(host))
  expect(error).toMatchObject({ code: 'SOURCE_REFUSED', message: expect.stringContaining(String(code)) })
  expect(error.stack).not.toContain('hunter2')
  expect(host.requests).toHaveLength(1)
})

test.each([{ Code: 'RoleIsGone', Message: 'hunter2' }, { code: 'RoleIsGone' }])(
  'a no in an answer is final: %o',
  async (body) => {
    const host = fakeHost({ env: ECS, http: { [ECS_URL]: Response.json(body) } })
    const error = await failureOf(provide(host))
    expect(error).toMatchObject({ code: 'SOURCE_REFUSED', message: expect.stringContaining('RoleIsGone') })
    expect(error.stack).not.toContain('hunter2')
    expect(host.requests).toHaveLength(1)
  },
)

test('names are read in any case', async () => {
  const body = { accesskeyid: 'ASIAEXAMPLE', SECRETACCESSKEY: 's', token: 't', AccountID: '111122223333' }
  const host = fakeHost({ env: ECS, http: { [ECS_URL]: Response.json(body) } })
  expect(await provide(host)).toMatchObject({
    accessKeyId: 'ASIAEXAMPLE',
    sessionToken: 't',
    accountId: '111122223333',
  })
})

test('credentials that have expired are an error, and are not asked for again at once', async () => {
  const host = fakeHost({
    env: ECS,
    http: { [ECS_URL]: Response.json({ ...KEYS, Expiration: '2026-01-01T00:00:00Z' }) },
  })
  expect(await failureOf(provide(host))).toMatchObject({ code: 'EXPIRED', source: 'container' })
  expect(host.requests).toHaveLength(1)
})

describe('in its time', () => {
  const world = (answer: Answer): World => ({ env: ECS, http: { [ECS_URL]: answer } })

  test('a request takes two seconds, all of them ten', async () => {
    const host = fakeHost(world(silence))
    const error = await host.until(failureOf(provide(host)))
    expect(error).toMatchObject({ code: 'TIMEOUT', source: 'container' })
    expect(host.requests.map(({ atMs }) => atMs)).toEqual([0, 2_050, 4_150, 6_350])
    expect(host.elapsedMs).toBe(8_350)
  })

  test('with the longest pauses it still ends at ten', async () => {
    const host = fakeHost({ ...world((_, host) => new Response(drip(host, Array(99).fill(' '), 400))), random: 0.999 })
    await host.until(failureOf(provide(host)))
    expect(host.elapsedMs).toBeLessThanOrEqual(10_000)
  })

  test('a caller who gives up gets the reason back as it went in', async () => {
    const reason = new Error('shutting down')
    const caller = new AbortController()
    const host = fakeHost(world(silence))
    const outcome = expect(provide(host, caller.signal)).rejects.toBe(reason)
    await host.pass(100)
    caller.abort(reason)
    await outcome
    expect(host.sleeping).toBe(0)
  })
})

test('the trace tells where it asked, not the path: that is as good as a password', async () => {
  const facts: [string, string][] = []
  const trace = traceWith({ fact: (...fact) => void facts.push(fact) })
  const host = fakeHost({ env: ECS, http: { [ECS_URL]: ok } })
  await fromContainer().provide({ host, signal: new AbortController().signal, trace })
  expect(facts).toEqual([['endpoint', 'http://169.254.170.2']])
})
