import { describe, expect, test } from 'vitest'
import { fromWebIdentity, type WebIdentityOptions } from '../../src/providers/web-identity.ts'
import { type Answer, type FakeHost, failureOf, fakeHost, silence, type World } from '../fake-host.ts'
import { formOf, STS, stsError, stsSession } from '../sts-world.ts'

const ROLE = 'arn:aws:iam::123456789012:role/r'
const EKS = { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }
const JWT = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQiLCJleHAiOjF9.c2lnbmF0dXJlLXNpZ25hdHVyZQ'
const provide = (host: FakeHost, options: WebIdentityOptions = {}, signal = new AbortController().signal) =>
  Promise.resolve(fromWebIdentity(options).provide({ host, signal }))
const pod = (answer: Answer | Answer[], world: World = {}): FakeHost =>
  fakeHost({ env: EKS, files: { '/token': `${JWT}\n` }, http: { [STS]: answer }, ...world })

test('a pod gets its role’s session for the token in its file: one request, unsigned', async () => {
  const host = pod(stsSession())
  expect(await provide(host)).toMatchObject({
    accessKeyId: 'ASIASESSIONEXAMPLE01',
    accountId: '123456789012',
    staleAllowed: true,
  })
  const [sent] = host.requests
  expect(sent && formOf(sent)).toEqual({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: ROLE,
    RoleSessionName: 'rolecall-1767225600000',
    WebIdentityToken: JWT,
  })
  expect(sent?.headers).not.toHaveProperty('authorization')
  expect(sent?.headers).not.toHaveProperty('x-amz-security-token')
  expect(host.requests).toHaveLength(1)
})

test('a token file that is away for a moment, while a kubelet puts the links to a new one, is read once more', async () => {
  const host = pod(stsSession())
  let reads = 0
  const readFile: FakeHost['readFile'] = async (path) =>
    path === '/token' && ++reads === 1 ? undefined : host.readFile(path)
  expect(await provide({ ...host, readFile } as FakeHost)).toMatchObject({ accessKeyId: 'ASIASESSIONEXAMPLE01' })
  expect(reads).toBe(2)
})

test('a token never travels in the clear: it is not even read', async () => {
  const host = pod(stsSession(), { env: { ...EKS, AWS_ENDPOINT_URL_STS: 'http://sts.example' } })
  expect(await failureOf(provide(host))).toMatchObject({ code: 'CONFIG_INVALID', source: 'web-identity' })
  expect(host.reads).not.toContain('/token')
  expect(host.requests).toEqual([])
})

test('the session has the name of the variable', async () => {
  const host = pod(stsSession(), { env: { ...EKS, AWS_ROLE_SESSION_NAME: 'me' } })
  await provide(host)
  expect(formOf(host.requests[0] ?? { body: '' })['RoleSessionName']).toBe('me')
})

test('what is given in code wins over the variables', async () => {
  const host = pod(stsSession(), { files: { '/mine': 'mine' } })
  await provide(host, { roleArn: 'arn:mine', tokenFile: '/mine', sessionName: 'mine', durationSeconds: 900 })
  await provide(host, { token: async () => 'inline\n' })
  expect(host.requests.map(formOf)).toMatchObject([
    { RoleArn: 'arn:mine', WebIdentityToken: 'mine', RoleSessionName: 'mine', DurationSeconds: '900' },
    { RoleArn: ROLE, WebIdentityToken: 'inline' },
  ])
  expect(host.reads).not.toContain('/token')
})

test('a token file may be named from home', async () => {
  const host = pod(stsSession(), {
    env: { ...EKS, AWS_WEB_IDENTITY_TOKEN_FILE: '~/token' },
    files: { '/home/user/token': 'home' },
  })
  await provide(host)
  expect(host.requests.map(formOf)).toMatchObject([{ WebIdentityToken: 'home' }])
})

test('the file is read for each exchange', async () => {
  const host = pod(() => stsSession())
  await provide(host)
  host.files['/token'] = 'new'
  await provide(host)
  expect(host.requests.map((sent) => formOf(sent)['WebIdentityToken'])).toEqual([JWT, 'new'])
})

test.each([{}, { AWS_ROLE_ARN: ROLE }, { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: ' ' }])(
  '%o: it steps aside',
  async (env) => {
    expect(await provide(fakeHost({ env }))).toEqual({
      skipped: expect.stringContaining('AWS_WEB_IDENTITY_TOKEN_FILE'),
    })
  },
)

describe('half a configuration is an error, before any request', () => {
  test.each<[name: string, env: Record<string, string>, options: WebIdentityOptions, text: RegExp]>([
    ['a token file without a role', { AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, {}, /no role.*AWS_ROLE_ARN/],
    ['a blank role', { ...EKS, AWS_ROLE_ARN: ' ' }, {}, /no role/],
    ['a token in code without a role', {}, { token: async () => JWT }, /no role/],
    ['a role in code without a token', {}, { roleArn: ROLE }, /no token.*AWS_WEB_IDENTITY_TOKEN_FILE/],
  ])('%s', async (_name, env, options, text) => {
    expect(await failureOf(provide(fakeHost({ env }), options))).toMatchObject({
      code: 'CONFIG_INVALID',
      source: 'web-identity',
      message: expect.stringMatching(text),
    })
  })

  test.each<[name: string, code: string, files: World['files']]>([
    ['a token file that is not there', 'FILE_MISSING', {}],
    ['one that cannot be read', 'FILE_UNREADABLE', { '/token': new Error('hunter2') }],
    ['one that is empty', 'CONFIG_INVALID', { '/token': '' }],
    ['one with two lines', 'CONFIG_INVALID', { '/token': 'hunter2\nhunter2' }],
  ])('%s', async (_name, code, files = {}) => {
    const error = await failureOf(provide(fakeHost({ env: EKS, files })))
    expect(error).toMatchObject({ code, source: 'web-identity', location: { file: '/token' } })
    expect(error.stack).not.toContain('hunter2')
  })

  test('a region that is none: the token goes nowhere', async () => {
    const host = fakeHost({ env: { ...EKS, AWS_REGION: 'x@evil/' }, files: { '/token': JWT } })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'REGION_INVALID' })
  })
})

test.each([
  ['AccessDenied', /rolecall trust check/],
  ['InvalidIdentityToken', /identity provider for this issuer/],
  ['ExpiredTokenException', /what should write it anew/],
])('refused by %s, a token is told by what it says', async (code, remedy) => {
  const host = pod(stsError(code, 'no', 400))
  const error = await failureOf(provide(host))
  expect(error).toMatchObject({
    message: expect.stringContaining(
      'the token says issuer none, subject "system:serviceaccount", audience none, end 1970-01-01T00:00:01.000Z',
    ),
    remedy: expect.stringMatching(remedy),
  })
  expect(error.stack).not.toContain(JWT.slice(0, 20))
})

describe('a token that is too old is read once more', () => {
  test.each(['ExpiredTokenException', 'ExpiredToken', 'IDPRejectedClaim'])(
    'after %s: a new one is sent',
    async (code) => {
      const host = pod([
        (_, host) => {
          host.files['/token'] = 'fresh'
          return stsError(code, 'too old', 400)
        },
        () => stsSession(),
      ])
      expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIASESSIONEXAMPLE01' })
      expect(host.requests.map((sent) => formOf(sent)['WebIdentityToken'])).toEqual([JWT, 'fresh'])
    },
  )

  test('the same one is not sent again', async () => {
    const host = pod(stsError('ExpiredTokenException', 'too old', 400))
    expect(await failureOf(provide(host))).toMatchObject({
      code: 'SOURCE_REFUSED',
      serviceCode: 'ExpiredTokenException',
    })
    expect(host.requests).toHaveLength(1)
    expect(host.reads.filter((path) => path === '/token')).toHaveLength(2)
  })

  test('and that is the last time', async () => {
    let count = 0
    const host = pod((_, host) => {
      host.files['/token'] = `token-${count++}`
      return stsError('ExpiredTokenException', 'too old', 400)
    })
    expect(await failureOf(provide(host))).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(host.requests).toHaveLength(2)
  })

  test('also where code gives it', async () => {
    let count = 0
    const host = pod([() => stsError('ExpiredTokenException', 'too old', 400), () => stsSession()])
    await provide(host, { token: async () => `token-${count++}` })
    expect(host.requests.map((sent) => formOf(sent)['WebIdentityToken'])).toEqual(['token-0', 'token-1'])
  })

  test('a token whose own time has passed is sent all the same: STS decides', async () => {
    expect(await provide(pod(stsSession()))).toMatchObject({ accessKeyId: 'ASIASESSIONEXAMPLE01' }) // its exp is 1
  })
})

test.each(['AccessDenied', 'InvalidIdentityToken', 'MalformedPolicyDocument', 'RegionDisabledException'])(
  '%s is final: one call, the token read once',
  async (code) => {
    const host = pod(stsError(code, 'They say no', 400))
    expect(await failureOf(provide(host))).toMatchObject({
      code: 'SOURCE_REFUSED',
      source: 'web-identity',
      message: expect.stringContaining(`${code}: They say no`),
    })
    expect(host.requests).toHaveLength(1)
    expect(host.reads.filter((path) => path === '/token')).toHaveLength(1)
  },
)

test.each([
  ['IDPCommunicationError', 'x'],
  ['InvalidIdentityToken', "Couldn't retrieve verification key from your identity provider"],
])('%s (%s) passes', async (code, message) => {
  const host = pod([() => stsError(code, message, 400), () => stsError(code, message, 400), () => stsSession()])
  expect(await host.until(provide(host))).toMatchObject({ accessKeyId: 'ASIASESSIONEXAMPLE01' })
  expect(host.requests).toHaveLength(3)
})

test('a verification key that stays away is no fault of the account: the remedy is to try again', async () => {
  const host = pod(() => stsError('InvalidIdentityToken', "Couldn't retrieve verification key from your provider", 400))
  expect(await host.until(failureOf(provide(host)))).toMatchObject({
    code: 'SOURCE_UNREACHABLE',
    remedy: expect.stringMatching(/^Try again/),
  })
})

test('it ends after thirty seconds, whatever STS does', async () => {
  const host = pod(silence)
  expect(await host.until(failureOf(provide(host)))).toMatchObject({ code: 'TIMEOUT', source: 'web-identity' })
  expect(host.elapsedMs).toBe(30_000)
})

test.each<[name: string, message: string]>([
  ['whole', `token ${JWT} is bad`],
  ['its claims', `claims ${JWT.split('.')[1]}`],
  ['cut off', `token ${JWT.slice(0, 30)}…`],
  ['cut out of the middle', `token …${JWT.slice(30, 55)}…`],
])('an echo of the token is masked: %s', async (_name, message) => {
  const error = await failureOf(provide(pod(stsError('InvalidIdentityToken', message, 400))))
  const text = `${error.stack}${JSON.stringify(error)}`
  for (let at = 0; at + 8 <= JWT.length; at++) expect(text).not.toContain(JWT.slice(at, at + 8))
})
