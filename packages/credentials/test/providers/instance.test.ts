import { describe, expect, test } from 'vitest'
import type { Provider, ProviderContext, Warning } from '../../src/model/provider.ts'
import { fromInstance } from '../../src/providers/instance.ts'
import { type Answer, drip, type FakeHost, failureOf, fakeHost, silence, type World } from '../fake-host.ts'
import { traceWith } from '../trace.ts'

const BASE = 'http://169.254.169.254'
const PUT = `PUT ${BASE}/latest/api/token`
const EXTENDED = '/latest/meta-data/iam/security-credentials-extended/'
const LEGACY = '/latest/meta-data/iam/security-credentials/'
const LIST = `GET ${BASE}${EXTENDED}`
const GET = `${LIST}my-role`
const KEYS = {
  Code: 'Success',
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'secret',
  Token: 'tok',
  Expiration: '2026-01-01T06:00:00Z',
}

type Http = NonNullable<World['http']>
const ec2 = (http: Http = {}, world: World = {}): FakeHost =>
  fakeHost({
    ...world,
    http: {
      [PUT]: () => new Response('the-token\n'),
      [LIST]: () => new Response('my-role'),
      [GET]: () => Response.json({ ...KEYS, AccountId: '123456789012' }),
      ...http,
    },
  })
const OLD_LIST: Http = { [`GET ${BASE}${LEGACY}`]: () => new Response('my-role') }
const status = (code: number) => (): Response => new Response('hunter2', { status: code })
const provide = (host: FakeHost, provider: Provider = fromInstance(), context: Partial<ProviderContext> = {}) =>
  Promise.resolve(provider.provide({ host, signal: new AbortController().signal, ...context }))
const calls = (host: FakeHost): string[] => host.requests.map(({ method, url }) => `${method} ${url}`)

describe('a conversation', () => {
  test('begins with a token, and asks the path that knows the account first', async () => {
    const host = ec2()
    expect(await provide(host)).toEqual({
      accessKeyId: 'ASIAEXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'tok',
      expiration: new Date('2026-01-01T06:00:00Z'),
      accountId: '123456789012',
      staleAllowed: true,
    })
    expect(calls(host)).toEqual([PUT, LIST, GET])
    expect(host.requests.map(({ headers }) => headers)).toEqual([
      { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' },
      { 'x-aws-ec2-metadata-token': 'the-token' },
      { 'x-aws-ec2-metadata-token': 'the-token' },
    ])
    expect(host.sleeping).toBe(0)
  })

  test('falls back to the older path where that is not there, and remembers it', async () => {
    const old = {
      [LIST]: status(404),
      [`GET ${BASE}${LEGACY}`]: () => new Response('my-role'),
      [`GET ${BASE}${LEGACY}my-role`]: () => Response.json(KEYS),
    }
    const host = ec2(old)
    const provider = fromInstance()
    expect(await provide(host, provider)).toMatchObject({ accessKeyId: 'ASIAEXAMPLE', accountId: undefined })
    await provide(host, provider)
    expect(calls(host).filter((call) => call === LIST)).toHaveLength(1)
  })

  test('falls back to it for a role that is not there yet, and remembers that too', async () => {
    const host = ec2({ [GET]: status(404), [`GET ${BASE}${LEGACY}my-role`]: () => Response.json(KEYS), ...OLD_LIST })
    const provider = fromInstance()
    expect(await provide(host, provider)).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
    await provide(host, provider)
    const older = [`GET ${BASE}${LEGACY}`, `GET ${BASE}${LEGACY}my-role`]
    expect(calls(host)).toEqual([PUT, LIST, GET, older[1], ...older])
  })

  test('falls back to it where the newer one names nobody', async () => {
    const host = ec2({ [LIST]: new Response(''), ...OLD_LIST })
    expect(await provide(host)).toMatchObject({ accountId: '123456789012' })
    expect(calls(host)).toEqual([PUT, LIST, `GET ${BASE}${LEGACY}`, GET])
  })

  test.each([
    ['my-role\n', 'my-role'],
    ['  my-role  \nother', 'my-role'],
    ['a/b c?', encodeURIComponent('a/b c?')],
  ])('the name %j becomes the path %s', async (list, path) => {
    const host = ec2({ [LIST]: new Response(list), [`${LIST}${path}`]: Response.json(KEYS) })
    expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
  })

  test('the name of the role is asked for each time', async () => {
    const host = ec2({
      [LIST]: [new Response('one'), new Response('two')],
      [`${LIST}one`]: Response.json(KEYS),
      [`${LIST}two`]: Response.json({ ...KEYS, AccessKeyId: 'ASIATWO' }),
    })
    const provider = fromInstance()
    await provide(host, provider)
    expect(await provide(host, provider)).toMatchObject({ accessKeyId: 'ASIATWO' })
  })

  test('a role that was replaced in between is not the end', async () => {
    const gone = { [`${LIST}one`]: status(404), [`GET ${BASE}${LEGACY}one`]: status(404) }
    const host = ec2({
      [LIST]: [new Response('one'), new Response('two')],
      ...gone,
      [`${LIST}two`]: Response.json({ ...KEYS, AccessKeyId: 'ASIATWO' }),
    })
    expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIATWO' })
    expect(calls(host)).toEqual([PUT, LIST, ...Object.keys(gone), LIST, `${LIST}two`])
  })

  test('a role that is named is asked for without a look at the list', async () => {
    const world = { env: { AWS_EC2_INSTANCE_PROFILE_NAME: 'named' } }
    const host = ec2({ [`${LIST}named`]: Response.json(KEYS) }, world)
    expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
    expect(calls(host)).toEqual([PUT, `${LIST}named`])
  })

  test('a role that is named and is not there is an error, and no other is taken', async () => {
    const gone = { [`${LIST}named`]: status(404), [`GET ${BASE}${LEGACY}named`]: status(404) }
    const host = ec2(gone)
    expect(await failureOf(provide(host, fromInstance({ roleName: 'named' })))).toMatchObject({
      code: 'CONFIG_INVALID',
      source: 'instance',
      message: expect.stringContaining('role named, which the roleName option names'),
    })
    expect(calls(host)).toEqual([PUT, ...Object.keys(gone)])
  })

  test.each([
    ['http://127.0.0.1:1338', 'http://127.0.0.1:1338/latest/api/token'],
    ['http://127.0.0.1:1338/', 'http://127.0.0.1:1338/latest/api/token'],
    ['http://127.0.0.1/base/', 'http://127.0.0.1/base/latest/api/token'],
  ])('an address may end with a slash or not: %s', async (endpoint, url) => {
    const host = fakeHost({
      env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint },
      http: { [`PUT ${url}`]: status(400) },
    })
    await failureOf(provide(host))
    expect(calls(host)).toEqual([`PUT ${url}`])
  })

  test('the profile may name the address', async () => {
    const host = fakeHost({
      files: { '/home/user/.aws/config': '[default]\nec2_metadata_service_endpoint_mode = IPv6' },
      http: { 'PUT http://[fd00:ec2::254]/latest/api/token': status(400) },
    })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'SOURCE_REFUSED', source: 'instance' })
  })
})

describe('its token', () => {
  test('is kept for six hours less two minutes', async () => {
    const host = ec2()
    const provider = fromInstance()
    const puts = async () => {
      await provide(host, provider)
      return calls(host).filter((call) => call === PUT).length
    }
    expect(await puts()).toBe(1)
    await host.pass(21_480_000 - 1)
    expect(await puts()).toBe(1)
    await host.pass(1)
    expect(await puts()).toBe(2)
  })

  test.each([
    ['600', 480],
    ['100', 50],
    ['21600', 21_480],
    ['0', 21_480],
    ['soon', 21_480],
    ['999999', 21_480],
  ])('is granted for %s seconds: it is kept for %i', async (granted, seconds) => {
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': granted }
    const host = ec2({ [PUT]: () => new Response('the-token', { headers }) })
    const provider = fromInstance()
    await provide(host, provider)
    await host.pass(seconds * 1_000 - 1)
    await provide(host, provider)
    expect(calls(host).filter((call) => call === PUT)).toHaveLength(1)
    await host.pass(1)
    await provide(host, provider)
    expect(calls(host).filter((call) => call === PUT)).toHaveLength(2)
  })

  test('is asked for anew, once, when it is refused', async () => {
    const host = ec2({
      [PUT]: [new Response('old'), new Response('new')],
      [LIST]: [new Response('', { status: 401 }), new Response('my-role')],
    })
    expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
    expect(calls(host)).toEqual([PUT, LIST, PUT, LIST, GET])
    expect(host.requests.at(-1)?.headers).toEqual({ 'x-aws-ec2-metadata-token': 'new' })
  })

  test('goes to nobody but who gave it', async () => {
    const host = ec2({
      'PUT http://127.0.0.1:1/latest/api/token': new Response('other'),
      [`GET http://127.0.0.1:1${EXTENDED}`]: new Response(''),
      [`GET http://127.0.0.1:1${LEGACY}`]: new Response(''),
    })
    const provider = fromInstance()
    await provide(host, provider)
    host.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] = 'http://127.0.0.1:1'
    await provide(host, provider)
    expect(host.requests.at(-1)).toMatchObject({
      url: `http://127.0.0.1:1${LEGACY}`,
      headers: { 'x-aws-ec2-metadata-token': 'other' },
    })
  })

  test('refused twice is an error', async () => {
    const host = ec2({ [LIST]: status(401) })
    expect(await failureOf(provide(host))).toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringContaining('401'),
    })
    expect(calls(host)).toEqual([PUT, LIST, PUT, LIST])
  })

  test.each(['', '\n', 'to\nken', '<html> </html>', 'tök', 'a b'])('%j is none', async (text) => {
    const host = ec2({ [PUT]: new Response(text) })
    const error = await host.until(failureOf(provide(host)))
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID', source: 'instance' })
  })
})

describe('without version 2', () => {
  const V1 = { AWS_EC2_METADATA_V1_DISABLED: 'false' }
  test.each([403, 404, 405])('a token refused with %i means: this is no instance', async (code) => {
    const host = ec2({ [PUT]: status(code) })
    expect(await provide(host)).toEqual({ skipped: expect.stringContaining(String(code)) })
    expect(calls(host)).toEqual([PUT])
  })

  test.each([403, 404, 405])('and with %i at an address that somebody named it is an error', async (code) => {
    const host = ec2({ [PUT]: status(code) }, { env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: BASE } })
    expect(await failureOf(provide(host))).toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringContaining(String(code)),
    })
  })

  test.each([403, 404, 405])('where version 1 is allowed, it is asked without a token after %i', async (code) => {
    const host = ec2({ [PUT]: status(code) }, { env: V1 })
    expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
    expect(host.requests.slice(1).every(({ headers }) => !('x-aws-ec2-metadata-token' in headers))).toBe(true)
  })

  test('and that is remembered', async () => {
    const host = ec2({ [PUT]: status(403) })
    const provider = fromInstance({ allowV1: true })
    await provide(host, provider)
    await provide(host, provider)
    expect(calls(host).filter((call) => call === PUT)).toHaveLength(1)
  })

  test('silence in place of a token, where version 1 is allowed, costs two seconds once', async () => {
    const host = ec2({ [PUT]: silence }, { env: V1 })
    const provider = fromInstance()
    expect(await host.until(provide(host, provider))).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
    expect(host.elapsedMs).toBe(2_000)
    await host.until(provide(host, provider))
    expect(host.elapsedMs).toBe(2_000)
  })

  test.each([400, 401, 410])('%i is an error, not tried again, not asked by version 1', async (code) => {
    const host = ec2({ [PUT]: status(code) }, { env: V1 })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'SOURCE_REFUSED', source: 'instance' })
    expect(calls(host)).toEqual([PUT])
  })
})

describe('no instance', () => {
  test.each(['true', 'TRUE', 'True'])('AWS_EC2_METADATA_DISABLED=%s: nothing is asked', async (value) => {
    const host = fakeHost({ env: { AWS_EC2_METADATA_DISABLED: value } })
    expect(await provide(host)).toEqual({ skipped: 'AWS_EC2_METADATA_DISABLED is true' })
    expect(host.requests).toEqual([])
  })

  test.each(['false', '1', ''])('AWS_EC2_METADATA_DISABLED=%s: it is asked', async (value) => {
    expect(await provide(ec2({}, { env: { AWS_EC2_METADATA_DISABLED: value } }))).toMatchObject({
      accessKeyId: 'ASIAEXAMPLE',
    })
  })

  test.each<[name: string, answer: Answer, atMost: number]>([
    ['nothing answers', silence, 2_000],
    ['the connection is refused', new TypeError('fetch failed'), 350],
    ['bytes drip', (_, host) => new Response(drip(host, Array(99).fill('x'), 400)), 2_000],
    [
      'half a token comes',
      () => new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array([1])) })),
      2_000,
    ],
    ['too much comes', () => new Response('x'.repeat(70_000)), 350],
  ])('%s: it steps aside within two seconds, and says of the hop limit', async (_name, answer, atMost) => {
    const host = ec2({ [PUT]: answer })
    expect(await host.until(provide(host))).toEqual({ skipped: expect.stringContaining('no answer') })
    expect(host.elapsedMs).toBe(atMost)
    if (_name !== 'bytes drip') expect(host.sleeping).toBe(0)
  })

  test('it redirects, as the way into a network does: it is left alone at once', async () => {
    const host = ec2({ [PUT]: new Response(null, { status: 302, headers: { location: 'http://10.0.0.1/' } }) })
    expect(await provide(host)).toEqual({ skipped: expect.stringContaining('302') })
    expect(calls(host)).toEqual([PUT])
  })

  test.each<[name: string, answer: Answer, code: string]>([
    ['is silent', silence, 'SOURCE_UNREACHABLE'],
    ['refuses a token', status(403), 'SOURCE_REFUSED'],
  ])('one that has answered before and %s now is there all the same: that is an error', async (_name, answer, code) => {
    const host = ec2()
    const provider = fromInstance()
    await provide(host, provider)
    host.http[PUT] = answer
    await host.pass(6 * 3_600_000)
    expect(await host.until(failureOf(provide(host, provider)))).toMatchObject({ code, source: 'instance' })
  })

  test('each attempt takes one second', async () => {
    const host = ec2({ [PUT]: silence })
    await host.until(provide(host))
    expect(host.requests.map(({ atMs }) => atMs)).toEqual([0, 1_050])
  })

  test('at an address that somebody named it is an error, with the hop limit in it', async () => {
    const host = ec2({ [PUT]: silence }, { env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: BASE } })
    expect(await host.until(failureOf(provide(host)))).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      source: 'instance',
      remedy: expect.stringContaining('hop limit'),
    })
  })

  test.each([
    ['no list', { [LIST]: status(404), [`GET ${BASE}${LEGACY}`]: status(404) }],
    ['an empty list', { [LIST]: new Response(' \n'), [`GET ${BASE}${LEGACY}`]: new Response('') }],
    ['no such role', { [GET]: status(404), [`GET ${BASE}${LEGACY}my-role`]: status(404) }],
  ])('without a role it steps aside: %s', async (_name, http) => {
    expect(await provide(ec2(http as Http))).toEqual({ skipped: expect.stringMatching(/no role|no credentials/) })
  })
})

describe('what may pass is tried again at each step', () => {
  test.each([PUT, LIST, GET])('%s', async (step) => {
    const good = ec2().http[step] as Answer
    const host = ec2({ [step]: [status(500), status(503), new TypeError('reset'), good] })
    expect(await host.until(provide(host))).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
    expect(calls(host).filter((call) => call === step)).toHaveLength(4)
  })

  test.each([PUT, LIST, GET])('%s: after three more it is an error', async (step) => {
    const host = ec2({ [step]: status(503) })
    const error = await host.until(failureOf(provide(host)))
    expect(error).toMatchObject({ code: 'SOURCE_UNREACHABLE', message: expect.stringContaining('503') })
    expect(error.stack).not.toContain('hunter2')
    expect(calls(host).filter((call) => call === step)).toHaveLength(4)
  })

  test.each<[name: string, body: string]>([
    ['nothing', ''],
    ['HTML', '<html>hotel</html>'],
    ['half an answer', '{"Code":"Success","AccessKeyId":"hunter2'],
    ['no keys', '{"Code":"Success"}'],
    ['an expiry that is no time', JSON.stringify({ ...KEYS, Expiration: 'hunter2' })],
  ])('credentials that make no sense are asked for again: %s', async (_name, body) => {
    const once = ec2({ [GET]: [new Response(body), Response.json(KEYS)] })
    expect(await once.until(provide(once))).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })

    const always = ec2({ [GET]: () => new Response(body) })
    const error = await always.until(failureOf(provide(always)))
    expect(error).toMatchObject({
      code: 'RESPONSE_INVALID',
      source: 'instance',
      message: expect.stringContaining('my-role'),
    })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
    expect(calls(always).filter((call) => call === GET)).toHaveLength(4)
  })
})

describe('a no is final', () => {
  test.each([400, 403, 405])('%i for the credentials', async (code) => {
    const host = ec2({ [GET]: status(code) })
    expect(await failureOf(provide(host))).toMatchObject({
      code: 'SOURCE_REFUSED',
      message: expect.stringContaining(String(code)),
    })
    expect(calls(host)).toHaveLength(3)
  })

  test.each([
    ['AssumeRoleUnauthorizedAccess', 'AssumeRoleUnauthorizedAccess'],
    ['hunter2 hunter2', 'an error'],
  ])('a role that gives %s', async (code, shown) => {
    const host = ec2({ [GET]: Response.json({ Code: code, Message: 'hunter2' }) })
    const error = await failureOf(provide(host))
    expect(error).toMatchObject({ code: 'SOURCE_REFUSED', message: expect.stringContaining(`gives ${shown}`) })
    expect(error.stack).not.toContain('hunter2')
    expect(calls(host)).toHaveLength(3)
  })
})

test('credentials that have expired are used on for 10 to 15 minutes, with a warning', async () => {
  for (const [random, minutes] of [
    [0, 10],
    [0.999_999, 15],
  ] as const) {
    const warnings: Warning[] = []
    const trace = traceWith({ warn: (warning) => void warnings.push(warning) })
    const host = ec2({ [GET]: Response.json({ ...KEYS, Expiration: '2025-12-31T23:00:00Z' }) }, { random })
    const keys = (await provide(host, fromInstance(), { trace })) as { expiration: Date }
    expect(Math.round((keys.expiration.getTime() - host.now()) / 60_000)).toBe(minutes)
    expect(warnings).toMatchObject([
      { code: 'EXPIRATION_EXTENDED', text: expect.stringContaining('2025-12-31T23:00:00') },
    ])
  }
})

describe('in its time', () => {
  test('a service that answers, and then is slow, ends after five seconds', async () => {
    const host = ec2({ [LIST]: silence })
    expect(await host.until(failureOf(provide(host)))).toMatchObject({
      code: expect.stringMatching(/TIMEOUT/),
      source: 'instance',
    })
    expect(host.elapsedMs).toBeLessThanOrEqual(5_000)
  })

  test('a service that is slow at each step, too', async () => {
    const slowly =
      (text: string): Answer =>
      (_, host) =>
        new Response(drip(host, [text], 450))
    const host = ec2(
      { [PUT]: slowly('t'), [LIST]: [status(500), status(500), slowly('my-role')], [GET]: silence },
      { random: 0.999 },
    )
    expect(await host.until(failureOf(provide(host)))).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('5 s'),
    })
    expect(host.elapsedMs).toBe(5_000)
  })

  test('a caller who gives up gets the reason back as it went in', async () => {
    const reason = new Error('shutting down')
    for (const step of [PUT, LIST, GET]) {
      const caller = new AbortController()
      const host = ec2({ [step]: silence })
      const outcome = expect(provide(host, fromInstance(), { signal: caller.signal })).rejects.toBe(reason)
      await host.pass(10)
      caller.abort(reason)
      await outcome
      expect(host.sleeping).toBe(0)
    }
  })
})
