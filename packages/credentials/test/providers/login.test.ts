import { decodeJwt, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createCredentials } from '../../src/create-credentials.ts'
import { nodeHost } from '../../src/node.ts'
import { fromLogin } from '../../src/providers/login.ts'
import { fromProfile } from '../../src/providers/profile.ts'
import { type FakeHost, failureOf, silence } from '../fake-host.ts'
import {
  CONFIG,
  FILE,
  type LoginWorld,
  loginHost,
  NOW,
  PKCS8,
  recordTrace,
  refusal,
  SECRETS,
  SESSION,
  sessionFile,
  TOKEN_URL,
  tokenAnswer,
  written,
} from '../login-world.ts'

const OLD = {
  accessKeyId: 'ASIAOLDOLDOLDOLD0001',
  secretAccessKey: 'the-old-secret',
  sessionToken: 'the-old-session-token',
  accountId: '123456789012',
  staleAllowed: true,
}
const NEW = {
  accessKeyId: 'ASIANEWNEWNEWNEW0001',
  secretAccessKey: 'the-new-secret',
  sessionToken: 'the-new-session-token',
  accountId: '123456789012',
  staleAllowed: true,
}
const inMinutes = (minutes: number): string => new Date(Date.parse(NOW) + minutes * 60_000).toISOString()

async function provide(world: LoginWorld | FakeHost, options: { region?: string } = {}) {
  const host = 'requests' in world ? (world as FakeHost) : loginHost(world)
  const recorded = recordTrace()
  const signal = new AbortController().signal
  const outcome = await fromLogin()
    .provide({ host, signal, trace: recorded.trace, ...options })
    .then(
      (keys) => ({ keys, error: undefined }),
      (error: Error & Record<string, unknown>) => ({ keys: undefined, error }),
    )
  const said = `${outcome.error?.message} ${JSON.stringify(outcome.error)} ${recorded.told}`
  for (const secret of SECRETS) expect(said).not.toContain(secret)
  return { host, ...outcome, warnings: recorded.warnings, told: recorded.told }
}

describe('keys that are good', () => {
  test('come from the file of the session, without a request', async () => {
    const { host, keys, told } = await provide({ file: sessionFile({}, inMinutes(6)) })
    expect(keys).toEqual({ ...OLD, expiration: new Date(inMinutes(6)) })
    expect(host.requests).toEqual([])
    expect(host.writes).toEqual([])
    expect(told).toContain(SESSION)
    expect(told).toContain(FILE)
  })

  test.each([
    ['/elsewhere', '/elsewhere/'],
    ['~/elsewhere', '/home/user/elsewhere/'],
    [' ', '/home/user/.aws/login/cache/'],
  ])('are looked for in AWS_LOGIN_CACHE_DIRECTORY: %j', async (directory, folder) => {
    const path = FILE.replace('/home/user/.aws/login/cache/', folder)
    const host = loginHost({
      env: { AWS_LOGIN_CACHE_DIRECTORY: directory },
      files: { [path]: sessionFile({}, inMinutes(6)) },
    })
    expect((await provide(host)).keys).toMatchObject(OLD)
    expect(host.reads).toContain(path)
  })

  test('may be those of a session named in code', async () => {
    const host = loginHost({ env: { AWS_PROFILE: 'none' }, file: sessionFile({}, inMinutes(6)) })
    const { signal } = new AbortController()
    expect(await fromLogin({ loginSession: ` ${SESSION} ` }).provide({ host, signal })).toMatchObject(OLD)
  })

  test('are found by a profile, and by a role on top of one', async () => {
    const host = loginHost({ file: sessionFile({}, inMinutes(6)) })
    const { signal } = new AbortController()
    expect(await fromProfile().provide({ host, signal })).toMatchObject(OLD)
    const credentials = await createCredentials({ host })()
    expect(credentials).toMatchObject({ accessKeyId: OLD.accessKeyId, accountId: '123456789012', source: 'profile' })
    const { attempts } = await createCredentials({ host }).explain()
    expect(attempts.find(({ outcome }) => outcome === 'found')?.steps).toEqual([
      `aws login session ${SESSION} (profile person)`,
    ])
  })
})

test('where the profile has no session it steps aside', async () => {
  const host = loginHost({ env: { AWS_PROFILE: 'other' } })
  expect((await provide(host)).keys).toEqual({ skipped: 'profile other has no login_session' })
})

describe('nobody is signed in', () => {
  test('where there is no file: the setting is to blame', async () => {
    const { error } = await provide({})
    expect(error).toMatchObject({
      code: 'LOGIN_REQUIRED',
      source: 'login',
      remedy: 'Run rolecall login --profile person, or aws login --profile person.',
      location: { file: '/home/user/.aws/config', line: 3 },
    })
    expect(error?.message).toContain(FILE)
  })

  test('to the default profile: the remedy does not name it', async () => {
    const files = { '/home/user/.aws/config': CONFIG.replace('profile person', 'default') }
    expect((await provide({ env: { AWS_PROFILE: 'default' }, files })).error).toHaveProperty(
      'remedy',
      'Run rolecall login, or aws login.',
    )
  })

  test.each(['clientId', 'refreshToken', 'dpopKey', 'accessToken'])('where the file has no %s', async (name) => {
    const { error } = await provide({ file: sessionFile({ [name]: undefined }, inMinutes(6)) })
    expect(error).toMatchObject({ code: 'LOGIN_REQUIRED', location: { file: FILE } })
    expect(error?.message).toContain(name)
  })

  test.each([
    ['empty', ''],
    ['half', sessionFile().slice(0, 150)],
    ['binary', Uint8Array.of(0, 255, 254)],
    ['no object', '[]'],
  ])('where the file is %s', async (_, file) => {
    expect((await provide({ file })).error).toMatchObject({ code: 'LOGIN_REQUIRED', location: { file: FILE } })
  })

  test('where the file is another system’s: the home folder is nowhere', async () => {
    const host = Object.assign(loginHost({ env: {} }), { homeDir: undefined })
    const { signal } = new AbortController()
    const error = await failureOf(fromLogin({ loginSession: SESSION }).provide({ host, signal }))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', remedy: 'Set HOME or AWS_LOGIN_CACHE_DIRECTORY.' })
  })
})

test('a file that is being written is read again', async () => {
  const host = loginHost({ file: sessionFile().slice(0, 150) })
  const pauses: number[] = []
  const { sleep } = host
  host.sleep = async (ms, signal) => {
    if (ms >= 1_000) return sleep(ms, signal)
    pauses.push(ms)
    if (pauses.length === 2) host.files[FILE] = sessionFile({}, inMinutes(6))
  }
  expect((await provide(host)).keys).toMatchObject(OLD)
  expect(pauses).toEqual([50, 50])
})

test('a file that may not be read is no sign-out', async () => {
  const { error } = await provide({ file: Object.assign(new Error('the-old-secret'), { code: 'EACCES' }) })
  expect(error).toMatchObject({ code: 'FILE_UNREADABLE', location: { file: FILE } })
  expect(error?.message).toContain('(EACCES)')
})

describe('keys with five minutes left or less', () => {
  test.each([5, 1, 0, -60 * 24])('are renewed, here %s minutes before their end', async (minutes) => {
    const { host, keys, warnings } = await provide({
      file: sessionFile({}, inMinutes(minutes)),
      answers: tokenAnswer(),
    })
    expect(keys).toEqual({ ...NEW, expiration: new Date(inMinutes(15)) })
    expect(warnings).toEqual([])
    expect(host.requests).toHaveLength(1)
    expect(host.requests[0]).toMatchObject({ method: 'POST', redirect: 'manual' })
    expect(host.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json' })
    expect(JSON.parse(host.requests[0]?.body ?? '')).toEqual({
      clientId: 'arn:aws:signin:::devtools/same-device',
      grantType: 'refresh_token',
      refreshToken: 'the-old-refresh-token',
    })
  })

  test.each([
    ['SEC1', {}],
    ['PKCS#8', { dpopKey: PKCS8 }],
  ])('are asked for with a proof by the session’s key: %s', async (_, changes) => {
    const { host } = await provide({ file: sessionFile(changes), answers: tokenAnswer() })
    const proof = host.requests[0]?.headers['dpop'] ?? ''
    const { payload } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256'],
      currentDate: new Date(NOW),
    })
    expect(payload).toMatchObject({ htm: 'POST', htu: TOKEN_URL.slice('POST '.length), iat: Date.parse(NOW) / 1000 })
    expect(decodeProtectedHeader(proof).jwk).not.toHaveProperty('d')
  })

  test('are written back with all else that the file said', async () => {
    const { host } = await provide({ file: sessionFile(), answers: tokenAnswer({ idToken: 'another', surprise: 1 }) })
    const before = JSON.parse(sessionFile())
    expect(written(host)).toEqual({
      ...before,
      accessToken: {
        ...before.accessToken,
        accessKeyId: NEW.accessKeyId,
        secretAccessKey: NEW.secretAccessKey,
        sessionToken: NEW.sessionToken,
        expiresAt: '2026-01-01T00:15:00Z',
      },
      refreshToken: 'the-new-refresh-token',
    })
    expect(host.writes).toEqual([FILE])
  })

  test('keep their refresh token where the answer has none', async () => {
    const { host } = await provide({ file: sessionFile(), answers: tokenAnswer({ refreshToken: undefined }) })
    expect(written(host)).toHaveProperty('refreshToken', 'the-old-refresh-token')
  })

  test('are written for this user’s eyes only', async () => {
    const host = loginHost({ file: sessionFile(), answers: tokenAnswer() })
    const modes: number[] = []
    host.writeFile = async (_path, _data, { mode }) => {
      modes.push(mode)
    }
    await provide(host)
    expect(modes).toEqual([0o600])
  })

  test('are given even where they cannot be written, with a warning', async () => {
    const host = loginHost({ file: sessionFile(), answers: tokenAnswer() })
    host.writeFile = () => Promise.reject(Object.assign(new Error('the-new-secret'), { code: 'ENOSPC' }))
    const { keys, warnings } = await provide(host)
    expect(keys).toMatchObject(NEW)
    expect(warnings).toMatchObject([{ code: 'SESSION_NOT_WRITTEN', text: expect.stringContaining('(ENOSPC)') }])
  })

  test('are those that another process wrote while this one waited', async () => {
    const host = loginHost({ file: sessionFile() })
    const locked: string[] = []
    host.withLock = async (path, work) => {
      locked.push(path)
      host.files[FILE] = sessionFile({}, inMinutes(14))
      return work()
    }
    expect((await provide(host)).keys).toMatchObject({ ...OLD, expiration: new Date(inMinutes(14)) })
    expect(locked).toEqual([FILE])
    expect(host.requests).toEqual([])
  })
})

describe('the service is asked', () => {
  const answering = (url: string): LoginWorld => ({ http: { [`POST ${url}`]: () => tokenAnswer() } })
  const ask = async (world: LoginWorld, file: Record<string, unknown> = {}, options: { region?: string } = {}) => {
    const { host, error } = await provide({ ...world, file: sessionFile(file) }, options)
    if (error) throw error
    return host.requests[0]?.url
  }
  const at = (host: string): string => `https://${host}/v1/token`

  test.each([
    ['the session says', 'eu-west-1', { signInRegion: 'eu-west-1' }, {}, {}],
    [
      'the profile says, before all for the caller’s requests',
      'us-west-2',
      {},
      { AWS_REGION: 'eu-west-1' },
      { region: 'eu-west-3' },
    ],
    ['the code says', 'eu-west-3', {}, { AWS_PROFILE: 'nowhere', AWS_REGION: 'eu-west-1' }, { region: 'eu-west-3' }],
    [
      'AWS_REGION says',
      'eu-west-1',
      {},
      { AWS_PROFILE: 'nowhere', AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'x' },
      {},
    ],
    ['AWS_DEFAULT_REGION says', 'eu-west-2', {}, { AWS_PROFILE: 'nowhere', AWS_DEFAULT_REGION: 'eu-west-2' }, {}],
    ['nothing says', 'us-east-1', {}, { AWS_PROFILE: 'nowhere' }, {}],
  ])('in the region that %s', async (_, region, file, env, options) => {
    const url = at(`${region}.signin.aws.amazon.com`)
    expect(await ask({ ...answering(url), env }, file, options)).toBe(url)
  })

  test.each([
    ['cn-north-1', 'cn-north-1.signin.amazonaws.cn'],
    ['us-gov-west-1', 'us-gov-west-1.signin.amazonaws-us-gov.com'],
    ['eusc-de-east-1', 'eusc-de-east-1.signin.amazonaws-eusc.eu'],
    ['us-iso-east-1', 'us-iso-east-1.signin.c2shome.ic.gov'],
  ])('in the partition of %s', async (signInRegion, host) => {
    expect(await ask(answering(at(host)), { signInRegion })).toBe(at(host))
  })

  test.each([
    [{ AWS_USE_FIPS_ENDPOINT: 'true' }, 'signin-fips.us-west-2.amazonaws.com'],
    [{ AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'signin.us-west-2.api.aws'],
  ])('by another name where %o', async (env, host) => {
    expect(await ask({ ...answering(at(host)), env })).toBe(at(host))
  })

  test.each([
    [
      'AWS_ENDPOINT_URL_SIGNIN',
      { AWS_ENDPOINT_URL_SIGNIN: 'https://own.example/base/', AWS_ENDPOINT_URL: 'https://no' },
    ],
    ['AWS_ENDPOINT_URL', { AWS_ENDPOINT_URL: 'https://own.example/base' }],
  ])('where %s says', async (_, env) => {
    expect(await ask({ ...answering('https://own.example/base/v1/token'), env })).toBe(
      'https://own.example/base/v1/token',
    )
  })

  test('where the services section says', async () => {
    const config = `${CONFIG.replace('region = us-west-2', 'services = mine')}
[services mine]
signin =
  endpoint_url = http://localhost:8080
`
    const world = answering('http://127.0.0.1:8080/v1/token')
    const url = await ask({ ...world, files: { '/home/user/.aws/config': config } })
    expect(url, 'the name is asked at the address').toBe('http://127.0.0.1:8080/v1/token')
  })

  test.each(['http://signin.example', 'http://169.254.170.2'])('never in the clear: %s', async (endpoint) => {
    const { error, host } = await provide({
      file: sessionFile({}, inMinutes(1)),
      env: { AWS_ENDPOINT_URL_SIGNIN: endpoint },
    })
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    expect(host.requests).toEqual([])
  })

  test('never where the file leads astray', async () => {
    const { error, host } = await provide({ file: sessionFile({ signInRegion: 'evil.example/' }) })
    expect(error).toMatchObject({ code: 'REGION_INVALID' })
    expect(host.requests).toEqual([])
  })
})

describe('a renewal that fails', () => {
  const failing: [why: string, answers: LoginWorld['answers'], error: object, requests: number][] = [
    ['the session has ended', refusal(401, 'TOKEN_EXPIRED'), { code: 'LOGIN_REQUIRED', location: { file: FILE } }, 1],
    ['the password is new', refusal(403, 'USER_CREDENTIALS_CHANGED'), { code: 'LOGIN_REQUIRED' }, 1],
    ['a permission lacks', refusal(403, 'INSUFFICIENT_PERMISSIONS'), { code: 'SOURCE_REFUSED' }, 1],
    ['the request is wrong', refusal(400, 'INVALID_REQUEST'), { code: 'SOURCE_REFUSED' }, 1],
    ['it is refused without a word', new Response('<html>', { status: 403 }), { code: 'SOURCE_REFUSED' }, 1],
    ['the service is down', () => refusal(500, 'server_error'), { code: 'SOURCE_UNREACHABLE' }, 4],
    ['there are too many', () => refusal(429, 'INVALID_REQUEST'), { code: 'SOURCE_UNREACHABLE' }, 4],
    ['nobody answers', new TypeError('the-old-refresh-token'), { code: 'SOURCE_UNREACHABLE' }, 4],
    ['the answer is none', () => new Response('the-new-secret'), { code: 'RESPONSE_INVALID' }, 4],
    ['half the keys came', () => tokenAnswer({ accessToken: { accessKeyId: 'A' } }), { code: 'RESPONSE_INVALID' }, 4],
  ]

  test.each(failing)('because %s is an error once the keys have ended', async (_, answers, expected, requests) => {
    const file = sessionFile()
    const { host, error, warnings } = await provide({ file, answers: answers ?? [] })
    expect(error).toMatchObject({ source: 'login', ...expected })
    expect(host.requests).toHaveLength(requests)
    expect(host.files[FILE], 'the file stays as it is').toBe(file)
    expect(warnings).toEqual([])
    if (error?.['code'] === 'LOGIN_REQUIRED') expect(error['remedy']).toContain('rolecall login --profile person')
  })

  test.each(failing)('because %s leaves keys in use that are still good', async (_, answers) => {
    const { keys, warnings, told } = await provide({ file: sessionFile({}, inMinutes(2)), answers: answers ?? [] })
    expect(keys).toMatchObject({ ...OLD, expiration: new Date(inMinutes(2)) })
    expect(warnings).toMatchObject([{ code: 'RENEWAL_FAILED' }])
    expect(told).not.toContain('<html>')
  })

  test('for want of a permission names it', async () => {
    const { error } = await provide({ file: sessionFile(), answers: refusal(403, 'INSUFFICIENT_PERMISSIONS') })
    expect(error?.message).toContain('signin:CreateOAuth2Token')
  })

  test('in what may be the wrong region says which, and why', async () => {
    const { error } = await provide({ file: sessionFile(), answers: refusal(400, 'INVALID_REQUEST') })
    expect(error?.message).toContain('INVALID_REQUEST')
    expect(error?.['remedy']).toContain('us-west-2 (profile person)')
  })

  test.each([20, -20])('because the clock is %i minutes off is tried by that of the service', async (minutes) => {
    const late = refusal(400, 'INVALID_REQUEST')
    late.headers.set('date', new Date(inMinutes(minutes)).toUTCString())
    const { host, keys, warnings } = await provide({ file: sessionFile(), answers: [late, tokenAnswer()] })
    expect(keys).toMatchObject(NEW)
    const times = host.requests.map(({ headers }) => decodeJwt(headers['dpop'] ?? '').iat)
    expect(times).toEqual([Date.parse(NOW) / 1000, Date.parse(inMinutes(minutes)) / 1000])
    expect(warnings).toMatchObject([{ code: 'CLOCK_SKEW', text: expect.stringContaining('1200 s') }])
  })

  test('may pass: each attempt has a proof of its own', async () => {
    const { host, keys } = await provide({
      file: sessionFile(),
      answers: [refusal(503, 'x'), new TypeError('reset'), refusal(429, 'x'), tokenAnswer()],
    })
    expect(keys).toMatchObject(NEW)
    const proofs = host.requests.map(({ headers }) => headers['dpop'])
    expect(new Set(proofs).size).toBe(4)
  })

  test.each(['TOKEN_EXPIRED', 'USER_CREDENTIALS_CHANGED', 'INVALID_REQUEST'])(
    'with %s because another process was faster: its keys are used',
    async (error) => {
      const faster = (_: unknown, host: FakeHost): Response => {
        host.files[FILE] = sessionFile({ refreshToken: 'the-new-refresh-token' }, inMinutes(15))
        return refusal(401, error)
      }
      const { keys, warnings } = await provide({ file: sessionFile(), answers: faster })
      expect(keys).toMatchObject({ expiration: new Date(inMinutes(15)) })
      expect(warnings).toEqual([])
    },
  )

  test('for a key that is none asks for a new sign-in', async () => {
    const { error, host } = await provide({ file: sessionFile({ dpopKey: 'no key' }) })
    expect(error).toMatchObject({ code: 'LOGIN_REQUIRED', location: { file: FILE } })
    expect(error?.message).toContain('dpopKey')
    expect(host.requests).toEqual([])
  })

  test('by silence ends after 30 s', async () => {
    const host = loginHost({ file: sessionFile(), answers: silence })
    const { sleep } = nodeHost()
    host.sleep = (ms, signal) => (ms < 1_000 ? Promise.resolve() : sleep(ms / 200, signal))
    const { error } = await provide(host)
    expect(error).toMatchObject({ code: 'TIMEOUT', source: 'login' })
    expect(error?.message).toContain('was not renewed in 30 s')
    expect(host.requests.length).toBeGreaterThan(1)
  })

  test('for want of a turn at the file ends after 30 s: keys that are good are used, with a warning', async () => {
    for (const [minutes, code] of [
      [2, undefined],
      [-2, 'TIMEOUT'],
    ] as const) {
      const host = { ...loginHost({ file: sessionFile({}, inMinutes(minutes)), answers: [] }), withLock: silence }
      const { sleep } = nodeHost()
      host.sleep = (ms, signal) => sleep(ms / 2_000, signal)
      const { keys, error, warnings } = await provide(host)
      expect(error?.['code']).toBe(code)
      expect(warnings.map(({ code }) => code)).toEqual(code ? [] : ['RENEWAL_FAILED'])
      if (!code) expect(keys).toBeDefined()
    }
  })

  test('because the caller gave up is nobody’s fault', async () => {
    const controller = new AbortController()
    const giveUp = (): Promise<never> => {
      controller.abort(new Error('enough'))
      return silence()
    }
    const host = loginHost({ file: sessionFile({}, inMinutes(2)), answers: giveUp })
    const error = await failureOf(fromLogin().provide({ host, signal: controller.signal }))
    expect(error.message).toBe('enough')
  })
})

test('a session ends for good with the service’s no, and is served on through its silence', async () => {
  const host = loginHost({ file: sessionFile(), answers: [tokenAnswer(), refusal(401, 'TOKEN_EXPIRED')] })
  const credentials = createCredentials({ host })
  expect(await credentials()).toMatchObject({ accessKeyId: NEW.accessKeyId })
  host.jump(16 * 60_000)
  expect(await failureOf(credentials())).toMatchObject({ code: 'LOGIN_REQUIRED' })

  const silent = loginHost({ file: sessionFile(), answers: [tokenAnswer(), ...Array(4).fill(new TypeError('down'))] })
  const patient = createCredentials({ host: silent })
  await patient()
  silent.jump(16 * 60_000)
  expect(await patient()).toMatchObject({ accessKeyId: NEW.accessKeyId })
})
