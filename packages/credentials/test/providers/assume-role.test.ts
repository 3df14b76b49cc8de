import { describe, expect, test } from 'vitest'
import { type Provider, skip } from '../../src/model/provider.ts'
import type { RoleOptions } from '../../src/model/role.ts'
import { fromAssumeRole } from '../../src/providers/assume-role.ts'
import { type Answer, drip, type FakeHost, failureOf, fakeHost, silence, type World } from '../fake-host.ts'
import { formOf, STS, stsError, stsSession } from '../sts-world.ts'

const ROLE = 'arn:aws:iam::123456789012:role/r'
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const SESSION_KEYS = { ...KEYS, sessionToken: 'FQoGZXIvYXdzEXAMPLEsession/token+with==parts' }
const from = (keys: object): Provider => ({ name: 'mine', provide: async () => keys as typeof KEYS })
const signal = new AbortController().signal

const provide = (host: FakeHost, role: Partial<RoleOptions> = {}, keys: object = KEYS, context = {}) =>
  fromAssumeRole({ roleArn: ROLE, ...role, source: from(keys) }).provide({ host, signal, ...context })
const answering = (answer: Answer | Answer[], world: World = {}): FakeHost =>
  fakeHost({ ...world, http: { [STS]: answer } })

describe('what is sent', () => {
  test('the role and a session name of its own, signed for the region with the keys of the source', async () => {
    const host = answering(stsSession())
    expect(await provide(host)).toEqual({
      accessKeyId: 'ASIASESSIONEXAMPLE01',
      secretAccessKey: 'session-secret',
      sessionToken: 'session-token',
      expiration: new Date('2026-01-01T01:00:00Z'),
      accountId: '123456789012',
      staleAllowed: true,
    })
    const [sent] = host.requests
    expect(sent && formOf(sent)).toEqual({
      Action: 'AssumeRole',
      RoleArn: ROLE,
      RoleSessionName: 'rolecall-1767225600000',
      Version: '2011-06-15',
    })
    expect(sent?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-amz-date': '20260101T000000Z',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/20260101\/us-east-1\/sts\/aws4_request, SignedHeaders=[^,]*host[^,]*, Signature=[0-9a-f]{64}$/,
      ),
    })
    expect(sent?.headers).not.toHaveProperty('x-amz-security-token')
    expect(`${sent?.url}${sent?.body}${JSON.stringify(sent?.headers)}`).not.toContain(KEYS.secretAccessKey)
  })

  test('a session token, in a header that is signed too', async () => {
    const host = answering(stsSession())
    await provide(host, {}, SESSION_KEYS)
    expect(host.requests[0]?.headers['x-amz-security-token']).toBe(SESSION_KEYS.sessionToken)
    expect(host.requests[0]?.headers['authorization']).toMatch(/SignedHeaders=[^,]*x-amz-security-token/)
  })

  test('every option, serialised as STS wants it', async () => {
    const host = answering(stsSession())
    await provide(host, {
      sessionName: 'me@example.com',
      externalId: 'ex 1&2',
      durationSeconds: 900,
      policy: '{"Version":"2012-10-17","Statement":[]}',
      policyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/B'],
      tags: { team: 'a', 'cost center': 'b=c' },
      transitiveTagKeys: ['team'],
      sourceIdentity: 'alice',
      mfaSerial: 'arn:aws:iam::1:mfa/me',
      mfaCode: async () => '123456',
    })
    expect(formOf(host.requests[0] ?? { body: '' })).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: ROLE,
      RoleSessionName: 'me@example.com',
      ExternalId: 'ex 1&2',
      DurationSeconds: '900',
      Policy: '{"Version":"2012-10-17","Statement":[]}',
      'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/A',
      'PolicyArns.member.2.arn': 'arn:aws:iam::aws:policy/B',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'a',
      'Tags.member.2.Key': 'cost center',
      'Tags.member.2.Value': 'b=c',
      'TransitiveTagKeys.member.1': 'team',
      SourceIdentity: 'alice',
      SerialNumber: 'arn:aws:iam::1:mfa/me',
      TokenCode: '123456',
    })
  })

  test('the default session name has letters that STS takes', async () => {
    const host = answering(stsSession())
    await provide(host)
    expect(formOf(host.requests[0] ?? { body: '' })['RoleSessionName']).toMatch(/^[\w+=,.@-]{2,64}$/)
  })

  test('the account of the role, none where its ARN makes no sense, never that of the source', async () => {
    const host = answering(stsSession({ arn: 'garbage' }))
    expect(await provide(host, {}, { ...KEYS, accountId: '999999999999' })).toMatchObject({ accountId: undefined })
  })
})

test('a session keeps its own end, though the keys that asked for it end sooner', async () => {
  const soon = { ...SESSION_KEYS, expiration: new Date('2026-01-01T00:10:00Z') }
  expect(await provide(answering(stsSession()), {}, soon)).toMatchObject({
    expiration: new Date('2026-01-01T01:00:00Z'),
  })
})

describe('where STS is asked', () => {
  const CONFIG = '[default]\nregion = eu-north-1\n[profile fips]\nregion = us-west-2\nuse_fips_endpoint = true'
  test.each<[name: string, url: string, env: Record<string, string>, role: Partial<RoleOptions>, context: object]>([
    [
      'in us-east-1, where nothing names a region',
      'https://sts.us-east-1.amazonaws.com/',
      { AWS_CONFIG_FILE: '/none' },
      {},
      {},
    ],
    ['in the region of the profile', 'https://sts.eu-north-1.amazonaws.com/', {}, {}, {}],
    [
      'in the region of AWS_DEFAULT_REGION',
      'https://sts.eu-west-1.amazonaws.com/',
      { AWS_DEFAULT_REGION: 'eu-west-1' },
      {},
      {},
    ],
    [
      'in the region of AWS_REGION',
      'https://sts.eu-west-2.amazonaws.com/',
      { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-1' },
      {},
      {},
    ],
    [
      'with FIPS in a region, where there is none but aws-global',
      'https://sts-fips.us-east-1.amazonaws.com/',
      { AWS_REGION: 'aws-global', AWS_USE_FIPS_ENDPOINT: 'true' },
      {},
      {},
    ],
    [
      'in the region option',
      'https://sts.eu-west-3.amazonaws.com/',
      { AWS_REGION: 'eu-west-2' },
      {},
      { region: 'eu-west-3' },
    ],
    [
      'in the region of the role',
      'https://sts.cn-north-1.amazonaws.com.cn/',
      { AWS_REGION: 'eu-west-2' },
      { region: 'cn-north-1' },
      { region: 'eu-west-3' },
    ],
    [
      'with FIPS, where the profile asks for it',
      'https://sts-fips.us-west-2.amazonaws.com/',
      { AWS_PROFILE: 'fips' },
      {},
      {},
    ],
    [
      'where AWS_ENDPOINT_URL_STS says',
      'http://sts.internal:8080/',
      { AWS_ENDPOINT_URL_STS: 'http://sts.internal:8080' },
      {},
      {},
    ],
  ])('%s', async (_name, url, env, role, context) => {
    const host = fakeHost({ env, files: { '/home/user/.aws/config': CONFIG }, http: { [`POST ${url}`]: stsSession() } })
    await provide(host, role, KEYS, context)
    expect(host.requests.map((sent) => sent.url)).toEqual([url])
  })

  test.each<[from: string, env: Record<string, string>, role: Partial<RoleOptions>, context: object]>([
    ['AWS_REGION', { AWS_REGION: 'x@evil/' }, {}, {}],
    ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'us-east-1.evil.com#' }, {}, {}],
    ['the option', {}, {}, { region: '' }],
    ['the role', {}, { region: 'a'.repeat(300) }, {}],
    ['the profile', { AWS_CONFIG_FILE: '/c' }, {}, {}],
  ])('a region from %s that is none stops it before any request', async (_from, env, role, context) => {
    const host = fakeHost({ env, files: { '/c': '[default]\nregion = evil.com/' } })
    expect(await failureOf(Promise.resolve(provide(host, role, KEYS, context)))).toMatchObject({
      code: 'REGION_INVALID',
    })
    expect(host.requests).toEqual([])
  })
})

test('where its source steps aside, so does the role', async () => {
  const source: Provider = { name: 'mine', variables: ['X'], provide: async () => skip('nothing here') }
  const provider = fromAssumeRole({ roleArn: ROLE, source })
  expect(provider.variables).toEqual(['X'])
  expect(await provider.provide({ host: fakeHost(), signal })).toEqual({ skipped: 'nothing here' })
})

test.each([
  ['no argument', () => fromAssumeRole()],
  ['a role and no source', () => fromAssumeRole({ roleArn: ROLE } as never)],
])('given %s it steps aside', async (_name, create) => {
  expect(await create().provide({ host: fakeHost(), signal })).toEqual({
    skipped: 'no source is given whose credentials ask for the role',
  })
})

test('what its source throws comes out', async () => {
  const source: Provider = { name: 'mine', provide: () => Promise.reject(new TypeError('mine')) }
  await expect(fromAssumeRole({ roleArn: ROLE, source }).provide({ host: fakeHost(), signal })).rejects.toThrow(
    TypeError,
  )
})

test('a device without anybody to give its code is an error, before any request', async () => {
  expect(await failureOf(Promise.resolve(provide(fakeHost(), { mfaSerial: 'dev' })))).toMatchObject({
    code: 'MFA_REQUIRED',
    source: 'assume-role',
    message: expect.stringContaining('dev'),
  })
})

test.each([' ', undefined])('the ARN %j is an error, before any request', async (roleArn) => {
  expect(await failureOf(Promise.resolve(provide(fakeHost(), { roleArn } as never)))).toMatchObject({
    code: 'CONFIG_INVALID',
    source: 'assume-role',
  })
})

test.each([
  ['a space', { ...KEYS, accessKeyId: 'AKIA IOSFODNN7' }],
  ['a line end', { ...SESSION_KEYS, sessionToken: `${SESSION_KEYS.sessionToken}\n` }],
])('keys with %s that no request can carry are refused, unquoted', async (_name, keys) => {
  const error = await failureOf(Promise.resolve(provide(fakeHost(), {}, keys)))
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(error.stack).not.toContain('IOSFODNN7')
})

describe('what may pass is tried again, three times', () => {
  test.each<[name: string, code: string, answer: Answer]>([
    ['no answer', 'SOURCE_UNREACHABLE', new TypeError('fetch failed')],
    ['500', 'SOURCE_UNREACHABLE', () => stsError('InternalFailure', 'x', 500)],
    ['503 with HTML', 'SOURCE_UNREACHABLE', () => new Response('<html>busy', { status: 503 })],
    ['408', 'SOURCE_UNREACHABLE', () => new Response('', { status: 408 })],
    ['429', 'SOURCE_UNREACHABLE', () => new Response('', { status: 429 })],
    ['Throttling with 400', 'SOURCE_UNREACHABLE', () => stsError('Throttling', 'x', 400)],
    ['ThrottlingException', 'SOURCE_UNREACHABLE', () => stsError('ThrottlingException', 'x', 400)],
    ['RequestLimitExceeded', 'SOURCE_UNREACHABLE', () => stsError('RequestLimitExceeded', 'x', 400)],
    ['IDPCommunicationError', 'SOURCE_UNREACHABLE', () => stsError('IDPCommunicationError', 'x', 400)],
    [
      'a key that could not be fetched',
      'SOURCE_UNREACHABLE',
      () => stsError('InvalidIdentityToken', 'Couldn’t retrieve verification key from your identity provider', 400),
    ],
  ])('%s', async (_name, code, answer) => {
    const host = answering(answer)
    expect(await host.until(failureOf(Promise.resolve(provide(host))))).toMatchObject({ code, source: 'assume-role' })
    expect(host.requests.map(({ atMs }) => atMs)).toEqual([0, 50, 150, 350])
    expect(host.sleeping).toBe(0)
  })

  test('and is forgotten when it has passed; each attempt is signed anew', async () => {
    const host = answering([() => stsError('X', 'x', 503), new Error('reset'), () => stsSession()])
    expect(await host.until(Promise.resolve(provide(host)))).toMatchObject({ accessKeyId: 'ASIASESSIONEXAMPLE01' })
    expect(host.requests).toHaveLength(3)
  })
})

describe('a no is final: one call, with the code, the words and the number of the request', () => {
  test.each([
    ['AccessDenied', /trust policy/],
    ['ExpiredToken', /new credentials/],
    ['ExpiredTokenException', /new credentials/],
    ['InvalidClientTokenId', /access key/],
    ['UnrecognizedClientException', /access key/],
    ['MalformedPolicyDocument', /reference of STS/],
    ['PackedPolicyTooLarge', /shorter session tags/],
    ['RegionDisabledException', /Enable STS/],
    ['SignatureDoesNotMatch', /secret access key/],
    ['ValidationError', /3600/],
    ['InvalidIdentityToken', /identity provider/],
    ['RequestExpired', /./],
  ])('%s', async (code, remedy) => {
    const host = answering(stsError(code, 'They say no.', 400))
    const error = await failureOf(Promise.resolve(provide(host)))
    expect(error).toMatchObject({
      code: 'SOURCE_REFUSED',
      source: 'assume-role',
      serviceCode: code,
      remedy: expect.stringMatching(remedy),
    })
    expect(error.message).toContain(`STS answered AssumeRole of ${ROLE} with ${code}: They say no (request req-1). `)
    expect(host.requests).toHaveLength(1)
  })

  test('also where the answer has no code', async () => {
    const host = answering(new Response('Forbidden', { status: 403 }))
    const error = await failureOf(Promise.resolve(provide(host)))
    expect(error).toMatchObject({ code: 'SOURCE_REFUSED', message: expect.stringContaining('with 403. ') })
    expect(error.message).not.toContain('Forbidden')
  })

  test('also in the bare shape of other makers', async () => {
    const host = answering(new Response('<Error><Code>AccessDenied</Code><Message></Message></Error>', { status: 403 }))
    expect((await failureOf(Promise.resolve(provide(host)))).message).toContain('with AccessDenied. ')
  })
})

describe('an answer that makes no sense', () => {
  test.each<[name: string, text: string]>([
    ['HTML', '<html><body>Sign in</body></html>'],
    ['nothing', ''],
    ['JSON', '{"Credentials":{"AccessKeyId":"hunter2"}}'],
    ['another answer', '<GetCallerIdentityResponse><Account>1</Account></GetCallerIdentityResponse>'],
  ])('%s is asked for again three times, and then is an error', async (_name, text) => {
    const host = answering(() => new Response(text))
    const error = await host.until(failureOf(Promise.resolve(provide(host))))
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID', message: expect.stringContaining(ROLE) })
    expect(error.message).not.toContain('hunter2')
    expect(host.requests).toHaveLength(4)
  })

  test('a session that has expired is an error', async () => {
    expect(
      await failureOf(Promise.resolve(provide(answering(stsSession({ expiration: '2026-01-01T00:00:00Z' }))))),
    ).toMatchObject({ code: 'EXPIRED' })
  })

  test('200 MB are not read', async () => {
    const chunk = new Uint8Array(65_536)
    let sent = 0
    const endless = () =>
      new Response(new ReadableStream({ pull: (c) => (++sent < 3_200 ? c.enqueue(chunk) : c.close()) }))
    const host = answering(endless)
    expect(await host.until(failureOf(Promise.resolve(provide(host))))).toMatchObject({ code: 'RESPONSE_INVALID' })
    expect(sent).toBeLessThan(30)
  })
})

describe('in its time', () => {
  test('a request takes ten seconds, all of them thirty', async () => {
    const host = answering(silence)
    expect(await host.until(failureOf(Promise.resolve(provide(host))))).toMatchObject({
      code: 'TIMEOUT',
      source: 'assume-role',
      message: expect.stringContaining('30 s'),
    })
    expect(host.requests.map(({ atMs }) => atMs)).toEqual([0, 10_050, 20_150])
    expect(host.elapsedMs).toBe(30_000)
    expect(host.requests.every((sent) => sent.signal.aborted)).toBe(true)
  })

  test('a drip is no answer', async () => {
    const host = answering((_, host) => new Response(drip(host, Array(100).fill('<'), 400)))
    expect(await host.until(failureOf(Promise.resolve(provide(host))))).toMatchObject({ code: 'TIMEOUT' })
    expect(host.elapsedMs).toBe(30_000)
  })

  test('a caller who gives up gets the reason back as it went in', async () => {
    const reason = new Error('shutting down')
    const caller = new AbortController()
    const host = answering(silence)
    const outcome = expect(provide(host, {}, KEYS, { signal: caller.signal })).rejects.toBe(reason)
    await host.pass(10)
    caller.abort(reason)
    await outcome
    expect(host.sleeping).toBe(0)
  })
})

describe('an echo of what was sent in confidence is masked', () => {
  const TOKEN = SESSION_KEYS.sessionToken
  test.each<[name: string, message: string]>([
    ['the token whole', `token ${TOKEN} is bad`],
    ['the token encoded', `token ${encodeURIComponent(TOKEN)} is bad`],
    ['the token in base64', `token ${btoa(TOKEN)} is bad`],
    ['the first part of the token', `token ${TOKEN.slice(0, 17)}... is bad`],
    ['a middle part of the token', `token ...${TOKEN.slice(5, 25)}... is bad`],
    ['the secret', `secret ${KEYS.secretAccessKey}`],
    ['the key id', `key ${KEYS.accessKeyId}`],
  ])('%s', async (_name, message) => {
    for (const error of [
      stsError('X', message, 400),
      stsError(message.replace(/\W+/g, '-'), 'x', 400),
      stsError('X', 'x', 400, message),
    ]) {
      const shown = await failureOf(Promise.resolve(provide(answering(error), {}, SESSION_KEYS)))
      const text = `${shown.stack}${JSON.stringify(shown)}`
      for (const secret of [TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN), KEYS.secretAccessKey, KEYS.accessKeyId])
        for (let at = 0; at + 8 <= secret.length; at++) expect(text).not.toContain(secret.slice(at, at + 8))
    }
  })

  test('the code of a device', async () => {
    const host = answering(stsError('AccessDenied', 'MultiFactorAuthentication failed with code 123456'))
    const error = await failureOf(Promise.resolve(provide(host, { mfaSerial: 'dev', mfaCode: async () => '123456' })))
    expect(error.message).not.toContain('123456 ')
    expect(error.message).toContain('failed with code …')
  })

  test('the rest of the words stays', async () => {
    const message = 'User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole'
    expect((await failureOf(Promise.resolve(provide(answering(stsError('AccessDenied', message)))))).message).toContain(
      message,
    )
  })
})
