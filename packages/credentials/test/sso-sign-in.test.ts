import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { DeviceCode } from '../src/clients/sso-sign-in.ts'
import { findSsoSession, signInToSsoWithBrowser, signInToSsoWithDeviceCode, signOutOfSso } from '../src/sso-sign-in.ts'
import { type Answer, type FakeHost, failureOf, silence, type World } from './fake-host.ts'
import {
  AUTHORIZE_PAGE,
  DEVICE_URL,
  expectNoSecret,
  inMinutes,
  LEGACY_FILE,
  LOGOUT_URL,
  listen,
  NOW,
  REGISTER_URL,
  REGISTRATION_FILE,
  readJson,
  refusal,
  SESSION_FILE,
  START_URL,
  ssoWorld,
  TOKEN_URL,
  tokenAnswer,
  tokenFile,
} from './sso-world.ts'

const REGISTERED = () =>
  Response.json({
    clientId: 'the-client-id',
    clientSecret: 'the-client-secret',
    clientSecretExpiresAt: Date.parse('2026-04-01T00:00:00Z') / 1000,
  })
const PAGE = 'https://device.sso.us-west-2.amazonaws.com/'
const DEVICE = (changes: Record<string, unknown> = {}) =>
  Response.json({
    deviceCode: 'the-device-code',
    userCode: 'ABCD-EFGH',
    verificationUri: PAGE,
    verificationUriComplete: `${PAGE}?user_code=ABCD-EFGH`,
    expiresIn: 600,
    interval: 1,
    ...changes,
  })
const pending = () => refusal('authorization_pending')
const registration = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    clientId: 'kept-client-id',
    clientSecret: 'the-client-secret',
    expiresAt: '2026-03-01T00:00:00Z',
    ...changes,
  })
const FOR_CODES = registration({ grantTypes: ['authorization_code', 'refresh_token'] })

const bodies = (host: FakeHost) => host.requests.map(({ body }) => JSON.parse(body))
const paths = (host: FakeHost) => host.requests.map(({ url }) => new URL(url).pathname)

describe('with a device code', () => {
  function world(tokens: readonly Answer[], more: Parameters<typeof ssoWorld>[0] = {}): FakeHost {
    const http = { [REGISTER_URL]: REGISTERED, [DEVICE_URL]: () => DEVICE(), [TOKEN_URL]: tokens, ...more.http }
    return ssoWorld({ ...more, http })
  }
  async function signIn(host: FakeHost, options: { profile?: string; ssoSession?: string } = { profile: 'dev' }) {
    const shown: DeviceCode[] = []
    const showCode = (code: DeviceCode): void => {
      shown.push(code)
    }
    const done = await host.until(signInToSsoWithDeviceCode({ ...options, host, showCode }))
    expectNoSecret(done, shown)
    return { done, shown }
  }

  test('a person is shown the code, and asked for until they have let this device in', async () => {
    const host = world([pending, pending, () => refusal('slow_down'), pending, tokenAnswer()])
    const { done, shown } = await signIn(host)
    expect(shown).toEqual([
      {
        userCode: 'ABCD-EFGH',
        page: PAGE,
        pageWithCode: `${PAGE}?user_code=ABCD-EFGH`,
        expiration: new Date(inMinutes(10)),
      },
    ])
    expect(host.requests.map(({ atMs }) => atMs)).toEqual([0, 0, 0, 1000, 2000, 8000, 14_000])
    const client = { clientId: 'the-client-id', clientSecret: 'the-client-secret' }
    expect(bodies(host).slice(0, 3)).toEqual([
      { clientName: 'rolecall', clientType: 'public', scopes: ['sso:account:access'] },
      { ...client, startUrl: START_URL },
      { ...client, grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode: 'the-device-code' },
    ])
    expect(readJson(host, SESSION_FILE)).toEqual({
      startUrl: START_URL,
      region: 'us-west-2',
      accessToken: 'new-access-token',
      expiresAt: '2026-01-01T01:00:14Z',
      ...client,
      registrationExpiresAt: '2026-04-01T00:00:00Z',
      refreshToken: 'new-refresh-token',
    })
    expect(done).toEqual({
      startUrl: START_URL,
      session: 'my-sso',
      expiration: new Date('2026-01-01T01:00:14Z'),
      renewable: true,
      file: SESSION_FILE,
    })
    expect(readJson(host, REGISTRATION_FILE)).toEqual({
      ...client,
      expiresAt: '2026-04-01T00:00:00Z',
      scopes: ['sso:account:access'],
    })
    expect(host.sleeping).toBe(0)
  })

  test('one who has let it in already is shown nothing', async () => {
    expect((await signIn(world([tokenAnswer()]))).shown).toEqual([])
  })

  test('a registration is used again, until it ends within 15 minutes', async () => {
    const files = { [REGISTRATION_FILE]: registration() }
    const kept = world([tokenAnswer()], { files })
    await signIn(kept)
    expect(paths(kept)).toEqual(['/device_authorization', '/token'])
    expect(bodies(kept)[0]).toMatchObject({ clientId: 'kept-client-id' })

    const old = world([tokenAnswer()], { files: { [REGISTRATION_FILE]: registration({ expiresAt: inMinutes(14) }) } })
    await signIn(old)
    expect(paths(old)).toEqual(['/client/register', '/device_authorization', '/token'])
  })

  test.each([
    ['of a client for browsers', FOR_CODES],
    ['that is damaged', '{"clientId":'],
  ])('a registration %s is not used', async (_name, content) => {
    const host = world([tokenAnswer()], { files: { [REGISTRATION_FILE]: content } })
    await signIn(host)
    expect(paths(host)[0]).toBe('/client/register')
    expect(readJson(host, REGISTRATION_FILE)).not.toHaveProperty('grantTypes')
  })

  test('a registration that the service has forgotten is made anew, once', async () => {
    const files = { [REGISTRATION_FILE]: registration() }
    const again = { [DEVICE_URL]: [refusal('invalid_client', 401), DEVICE()] }
    const host = world([tokenAnswer()], { files, http: again })
    await signIn(host)
    expect(paths(host)).toEqual(['/device_authorization', '/client/register', '/device_authorization', '/token'])
    const never = world([], { files, http: { [DEVICE_URL]: () => refusal('invalid_client', 401) } })
    expect(await failureOf(signIn(never))).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(paths(never)).toHaveLength(3)
  })

  test('of a profile of the older kind it is kept for the start URL, without scopes', async () => {
    const { done } = await signIn(world([tokenAnswer({ refreshToken: undefined })]), { profile: 'legacy' })
    expect(done).toMatchObject({ file: LEGACY_FILE, session: undefined, renewable: false })
  })

  test.each([
    ['the person says no', refusal('access_denied'), 'SOURCE_REFUSED'],
    ['the service says that it is too late', refusal('expired_token'), 'TIMEOUT'],
    ['the service knows no such code', refusal('invalid_grant'), 'SOURCE_REFUSED'],
    ['the service sends no token', new Response('{}'), 'RESPONSE_INVALID'],
  ])('where %s, that is said', async (_name, answer, code) => {
    const host = world([pending, answer])
    const error = await failureOf(signIn(host))
    expect(error).toMatchObject({ code, source: 'sso' })
    expectNoSecret(error)
    expect(host.writes).toEqual([REGISTRATION_FILE])
  })

  test('nobody is waited for longer than the code is good', async () => {
    const http = { [DEVICE_URL]: DEVICE({ expiresIn: 60, interval: 5 }) }
    const host = world(
      Array.from({ length: 20 }, () => pending),
      { http },
    )
    expect(await failureOf(signIn(host))).toMatchObject({ code: 'TIMEOUT' })
    expect(host.elapsedMs).toBe(60_000)
    expect(host.sleeping).toBe(0)
  })

  test('who gives up is not asked for', async () => {
    const controller = new AbortController()
    const host = world([pending])
    const showCode = () => controller.abort(new Error('enough'))
    const done = signInToSsoWithDeviceCode({ profile: 'dev', host, signal: controller.signal, showCode })
    expect((await failureOf(host.until(done))).message).toBe('enough')
    expect(host.sleeping).toBe(0)
  })

  test('a sign-in that cannot be kept is none', async () => {
    const host = world([tokenAnswer()])
    host.writeFile = async () => {
      throw Object.assign(new Error('new-access-token'), { code: 'EACCES' })
    }
    const trace = listen()
    const done = signInToSsoWithDeviceCode({ profile: 'dev', host, trace, showCode: () => {} })
    const error = await failureOf(host.until(done))
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE', location: { file: SESSION_FILE } })
    expect(error.message).toContain('(EACCES)')
    expect(trace.warnings).toMatchObject([{ code: 'REGISTRATION_NOT_SAVED' }])
    expectNoSecret(error, trace.warnings)
  })

  test('by the name of a session no profile is needed', async () => {
    expect((await signIn(world([tokenAnswer()]), { ssoSession: 'my-sso' })).done.session).toBe('my-sso')
  })
})

describe("a start URL of a domain of one's own", () => {
  const VANITY = 'https://sso.example.com/start'
  const PORTAL = 'https://ssoins-1234.portal.eu-west-1.app.aws'
  const leadsTo =
    (location: string, status = 302) =>
    () =>
      new Response(null, { status, headers: { location } })
  const EU = 'POST https://oidc.eu-west-1.amazonaws.com'
  const atEu = {
    [`${EU}/client/register`]: REGISTERED,
    [`${EU}/device_authorization`]: () => DEVICE(),
    [`${EU}/token`]: () => tokenAnswer(),
  }
  const atHome = { [REGISTER_URL]: REGISTERED, [DEVICE_URL]: () => DEVICE(), [TOKEN_URL]: () => tokenAnswer() }

  function world(http: NonNullable<World['http']>, startUrl = VANITY, env: NonNullable<World['env']> = {}): FakeHost {
    const config = `[profile dev]\nsso_session = corp\n[sso-session corp]\nsso_start_url = ${startUrl}\nsso_region = us-west-2\n`
    return ssoWorld({ http, env, files: { '/home/user/.aws/config': config } })
  }
  const signIn = (host: FakeHost) => host.until(signInToSsoWithDeviceCode({ profile: 'dev', host, showCode: () => {} }))

  test('is followed once, to the access portal and its region; what is kept is filed as it is configured', async () => {
    const host = world({ [`HEAD ${VANITY}`]: leadsTo(`${PORTAL}/?tab=1`), ...atEu })
    const { file, startUrl } = await signIn(host)
    expect(host.requests[0]?.redirect).toBe('manual')
    expect(JSON.parse(host.requests[2]?.body ?? '')).toMatchObject({ startUrl: PORTAL })
    expect(startUrl).toBe(VANITY)
    expect(file).toBe(`/home/user/.aws/sso/cache/${createHash('sha1').update('corp').digest('hex')}.json`)
    expect(readJson(host, file)).toMatchObject({ startUrl: VANITY, region: 'eu-west-1' })
  })

  test('is followed before the browser is opened, too', async () => {
    const host = world({ [`HEAD ${VANITY}`]: leadsTo(PORTAL), ...atEu })
    const pages: string[] = []
    const openBrowser = (page: string): void => {
      pages.push(page)
      throw new Error('enough')
    }
    const waitForRedirect = () => new Promise<never>(() => {})
    await failureOf(signInToSsoWithBrowser({ profile: 'dev', host, port: 1, openBrowser, waitForRedirect }))
    expect(JSON.parse(host.requests[1]?.body ?? '')).toMatchObject({ issuerUrl: PORTAL })
    expect(pages[0]).toMatch(/^https:\/\/oidc\.eu-west-1\./)
  })

  test.each([
    ['by a server that does not know HEAD', 405, leadsTo('https://corp.awsapps.com/start/', 308)],
    ['by a server without HEAD', 501, leadsTo('https://start.us-gov-home.awsapps.com/directory/d-1', 307)],
  ])('is followed %s', async (_name, status, answer) => {
    const http = { [`HEAD ${VANITY}`]: new Response(null, { status }), [`GET ${VANITY}`]: answer, ...atHome }
    await expect(signIn(world(http))).resolves.toMatchObject({ startUrl: VANITY })
  })

  test.each([
    'https://corp.awsapps.com/start',
    'https://d-1.awsapps.com/start#/',
    'https://identitycenter.amazonaws.com/ssoins-1',
    'https://identitycenter.us-gov.amazonaws.com/ssoins-1',
    'https://start.cn-north-1.home.awsapps.cn/directory/d-1',
    'https://ssoins-1.portal.cn-north-1.app.amazonwebservices.com.cn',
    'https://ssoins-1.eusc-de-east-1.portal.amazonaws.eu',
    'https://SSOINS-1.US-WEST-2.PORTAL.AMAZONAWS.COM/',
  ])('%s is of AWS, and given to the service as it is', async (startUrl) => {
    const host = world(atHome, startUrl)
    await signIn(host)
    expect(JSON.parse(host.requests[1]?.body ?? '')).toMatchObject({ startUrl })
  })

  test.each([
    ['to another host', leadsTo('https://corp.awsapps.com.evil.example/start')],
    ['to a host with such an end', leadsTo('https://evil-awsapps.com/start')],
    ['to another path of its own', leadsTo('/start/')],
    ['over plain http', leadsTo('http://corp.awsapps.com/start')],
    ['nowhere', new Response('<html>')],
    ['to no URL', leadsTo('https://[')],
    ['to an error', new Response(null, { status: 403 })],
  ])('that leads %s is refused, before anything is registered', async (_name, answer) => {
    const host = world({ [`HEAD ${VANITY}`]: answer, ...atHome })
    expect(await failureOf(signIn(host))).toMatchObject({ code: 'CONFIG_INVALID', source: 'sso' })
    expect(host.requests).toHaveLength(1)
  })

  test('that is no https address is refused, before anything is asked', async () => {
    for (const startUrl of ['http://corp.awsapps.com/start', 'corp.awsapps.com']) {
      const host = world(atHome, startUrl)
      expect(await failureOf(signIn(host))).toMatchObject({ code: 'CONFIG_INVALID' })
      expect(host.requests).toEqual([])
    }
  })

  test('that nobody answers is said to be so', async () => {
    const host = world({ [`HEAD ${VANITY}`]: () => silence() })
    expect(await failureOf(signIn(host))).toMatchObject({ code: 'TIMEOUT' })
    expect(host.elapsedMs).toBe(10_000)
  })

  test('a service that is not of AWS knows its own', async () => {
    const oidc = 'http://127.0.0.1:4566'
    const own = Object.fromEntries(
      Object.entries(atHome).map(([key, answer]) => [
        key.replace('https://oidc.us-west-2.amazonaws.com', oidc),
        answer,
      ]),
    )
    for (const startUrl of [`${oidc}/start`, 'https://nowhere.example/start']) {
      const host = world({ ...own, 'HEAD https://nowhere.example/start': new Error('no such host') }, startUrl, {
        AWS_ENDPOINT_URL_SSO_OIDC: oidc,
      })
      await expect(signIn(host)).resolves.toMatchObject({ startUrl })
    }
  })
})

describe('in a browser', () => {
  const redirect = (parameters: Record<string, string>) => (page: URL) =>
    new URLSearchParams({ state: page.searchParams.get('state') ?? '', ...parameters })

  async function signIn(
    host: FakeHost,
    answer: (page: URL) => URLSearchParams = redirect({ code: 'the-authorization-code' }),
    profile = 'dev',
  ) {
    const pages: URL[] = []
    let back: (query: URLSearchParams) => void
    const done = await host.until(
      signInToSsoWithBrowser({
        profile,
        host,
        port: 4711,
        openBrowser: (page) => {
          pages.push(new URL(page))
          back(answer(new URL(page)))
        },
        waitForRedirect: () =>
          new Promise((resolve) => {
            back = resolve
          }),
      }),
    )
    expectNoSecret(done)
    return { done, page: pages[0] ?? new URL('about:blank') }
  }

  test('a person lets it in, and the browser comes back with the code', async () => {
    const host = ssoWorld({ http: { [REGISTER_URL]: REGISTERED, [TOKEN_URL]: tokenAnswer() } })
    const { done, page } = await signIn(host)
    expect(bodies(host)[0]).toEqual({
      clientName: 'rolecall',
      clientType: 'public',
      scopes: ['sso:account:access'],
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: ['http://127.0.0.1/oauth/callback'],
      issuerUrl: START_URL,
    })
    expect(page.origin + page.pathname).toBe(AUTHORIZE_PAGE)
    expect(Object.fromEntries(page.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'the-client-id',
      redirect_uri: 'http://127.0.0.1:4711/oauth/callback',
      state: expect.stringMatching(/^[\w-]{36}$/),
      code_challenge_method: 'S256',
      scopes: 'sso:account:access',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    const redeemed = bodies(host)[1]
    expect(redeemed).toEqual({
      grantType: 'authorization_code',
      clientId: 'the-client-id',
      clientSecret: 'the-client-secret',
      code: 'the-authorization-code',
      codeVerifier: expect.stringMatching(/^[\w.~-]{43,128}$/),
      redirectUri: 'http://127.0.0.1:4711/oauth/callback',
    })
    const challenge = createHash('sha256').update(redeemed.codeVerifier).digest('base64url')
    expect(page.searchParams.get('code_challenge')).toBe(challenge)
    expect(readJson(host, SESSION_FILE)).toMatchObject({ refreshToken: 'new-refresh-token' })
    expect(readJson(host, REGISTRATION_FILE)).toMatchObject({
      grantTypes: ['authorization_code', 'refresh_token'],
      scopes: ['sso:account:access'],
    })
    expect(done).toMatchObject({ session: 'my-sso', renewable: true })
    expect(host.sleeping).toBe(0)
  })

  test('a session that asks for no scope gets the one for accounts: without it nothing could be renewed', async () => {
    const host = ssoWorld({ http: { [REGISTER_URL]: REGISTERED, [TOKEN_URL]: tokenAnswer() } })
    const { page } = await signIn(host, undefined, 'legacy')
    expect(bodies(host)[0]).toMatchObject({ scopes: ['sso:account:access'] })
    expect(page.searchParams.get('scopes')).toBe('sso:account:access')
  })

  test('a registration for browsers is used again, one for devices is not', async () => {
    const kept = ssoWorld({ files: { [REGISTRATION_FILE]: FOR_CODES }, http: { [TOKEN_URL]: tokenAnswer() } })
    await signIn(kept)
    expect(paths(kept)).toEqual(['/token'])
    const http = { [REGISTER_URL]: REGISTERED, [TOKEN_URL]: tokenAnswer() }
    const other = ssoWorld({ files: { [REGISTRATION_FILE]: registration() }, http })
    await signIn(other)
    expect(paths(other)).toEqual(['/client/register', '/token'])
  })

  test.each([
    ['the answer to another sign-in', { state: 'other', code: 'the-authorization-code' }, 'RESPONSE_INVALID'],
    ['an error that claims to be the answer', { state: 'other', error: 'access_denied' }, 'RESPONSE_INVALID'],
    ['nothing', {}, 'RESPONSE_INVALID'],
    ['a no', { error: 'access_denied' }, 'SOURCE_REFUSED'],
    ['an error with a text', { error: 'the-authorization-code is wrong' }, 'SOURCE_REFUSED'],
  ])('that comes back with %s ends it, before a code is redeemed', async (_name, parameters, code) => {
    const host = ssoWorld({ files: { [REGISTRATION_FILE]: FOR_CODES } })
    const error = await failureOf(signIn(host, redirect(parameters)))
    expect(error).toMatchObject({ code })
    expectNoSecret(error)
    expect(host.requests).toEqual([])
    expect(host.writes).toEqual([])
  })

  test('a code that the service does not take is said to be refused', async () => {
    const host = ssoWorld({
      files: { [REGISTRATION_FILE]: FOR_CODES },
      http: { [TOKEN_URL]: refusal('invalid_grant') },
    })
    expect(await failureOf(signIn(host))).toMatchObject({ code: 'SOURCE_REFUSED' })
  })

  test('nobody is waited for longer than 10 minutes', async () => {
    const host = ssoWorld({ files: { [REGISTRATION_FILE]: FOR_CODES } })
    let over: AbortSignal | undefined
    const done = signInToSsoWithBrowser({
      profile: 'dev',
      host,
      port: 1,
      openBrowser: () => {},
      waitForRedirect: (signal) => {
        over = signal
        return silence()
      },
    })
    expect(await failureOf(host.until(done))).toMatchObject({ code: 'TIMEOUT' })
    expect(host.elapsedMs).toBe(600_000)
    expect(over?.aborted).toBe(true)
  })

  test('a browser that cannot be opened is the caller’s own error', async () => {
    const host = ssoWorld({ files: { [REGISTRATION_FILE]: FOR_CODES } })
    const openBrowser = (): never => {
      throw new Error('no display')
    }
    const done = signInToSsoWithBrowser({ profile: 'dev', host, port: 1, openBrowser, waitForRedirect: silence })
    expect((await failureOf(host.until(done))).message).toBe('no display')
  })
})

describe('the session of a profile', () => {
  test.each([
    ['dev', 'my-sso'],
    ['token-only', 'my-sso'],
    ['chained', 'my-sso'],
    ['legacy', undefined],
  ])('%s is %s', async (profile, name) => {
    const session = await findSsoSession({ profile, host: ssoWorld() })
    expect(session).toMatchObject({ name, startUrl: START_URL, region: 'us-west-2' })
  })

  test('is the one that is named instead', async () => {
    expect(await findSsoSession({ ssoSession: 'my-sso', host: ssoWorld() })).toMatchObject({ name: 'my-sso' })
    const missing = findSsoSession({ ssoSession: 'other', host: ssoWorld() })
    expect(await failureOf(missing)).toMatchObject({
      code: 'CONFIG_INVALID',
      remedy: 'Add [sso-session other] to the config file.',
    })
  })

  test('plain has none, and typo is no profile', async () => {
    expect(await failureOf(findSsoSession({ profile: 'plain', host: ssoWorld() }))).toMatchObject({
      code: 'CONFIG_INVALID',
    })
    expect(await failureOf(findSsoSession({ profile: 'typo', host: ssoWorld() }))).toMatchObject({
      code: 'PROFILE_NOT_FOUND',
    })
  })
})

describe('signing out', () => {
  const GOOD = tokenFile({ expiresAt: inMinutes(60) })
  const signOut = (host: FakeHost, options = {}) => host.until(signOutOfSso({ profile: 'dev', host, ...options }))

  test('ends it at the service and in the file, and nothing else', async () => {
    const files = { [LEGACY_FILE]: GOOD, [REGISTRATION_FILE]: registration() }
    const host = ssoWorld({ token: GOOD, files, http: { [LOGOUT_URL]: new Response('') } })
    const locked: string[] = []
    host.withLock = (path, work) => {
      locked.push(path)
      return work()
    }
    expect(await signOut(host)).toEqual([{ file: SESSION_FILE, startUrl: START_URL, endedAtService: true }])
    expect(host.requests[0]?.headers['x-amz-sso_bearer_token']).toBe('old-access-token')
    expect(host.files).not.toHaveProperty([SESSION_FILE])
    expect(host.files).toHaveProperty([LEGACY_FILE])
    expect(host.files).toHaveProperty([REGISTRATION_FILE])
    expect(locked).toEqual([SESSION_FILE])
  })

  test.each([
    ['is over there', new Response('', { status: 401 })],
    ['cannot be ended there', () => new Response('', { status: 503 })],
    ['is not heard', new Error('reset')],
  ])('that %s still removes the file', async (_name, answer) => {
    const host = ssoWorld({ token: GOOD, http: { [LOGOUT_URL]: answer } })
    expect(await signOut(host)).toMatchObject([{ endedAtService: false }])
    expect(host.files).not.toHaveProperty([SESSION_FILE])
  })

  test('removes what is damaged, without a request', async () => {
    const host = ssoWorld({ token: '{"accessToken":' })
    expect(await signOut(host)).toEqual([{ file: SESSION_FILE, startUrl: undefined, endedAtService: false }])
    expect(host.files).not.toHaveProperty([SESSION_FILE])
  })

  test('where nobody has signed in does nothing', async () => {
    expect(await signOut(ssoWorld())).toEqual([])
  })

  test('everywhere ends every sign-in in its region, and removes the keys that came of them; the rest stays', async () => {
    const other = '/home/user/.aws/sso/cache/other.json'
    const keep = ['/home/user/.aws/sso/cache/notes.json', '/home/user/.aws/sso/cache/README', REGISTRATION_FILE]
    const ofRole = '/home/user/.aws/cli/cache/role.json'
    const ofSso = '/home/user/.aws/cli/cache/sso.json'
    const broken = '/home/user/.aws/cli/cache/broken.json'
    const host = ssoWorld({
      token: GOOD,
      files: {
        [other]: tokenFile({ region: 'eu-west-1', accessToken: 'other-access-token' }),
        [keep[0] ?? '']: 'accessToken',
        [keep[1] ?? '']: GOOD,
        [REGISTRATION_FILE]: registration(),
        [ofRole]: '{"Credentials":{}}',
        [ofSso]: '{"ProviderType":"sso","Credentials":{}}',
        [broken]: 'ProviderType sso',
      },
      http: {
        [LOGOUT_URL]: new Response(''),
        [LOGOUT_URL.replace('us-west-2', 'eu-west-1')]: new Response(''),
      },
    })
    expect(await signOut(host, { all: true, profile: 'plain' })).toHaveLength(2)
    expect(Object.keys(host.files).sort()).toEqual([...keep, ofRole, broken, '/home/user/.aws/config'].sort())
  })

  test('everywhere ends the others too where one says it is in no region', async () => {
    const bad = '/home/user/.aws/sso/cache/aaa.json'
    const files = { [bad]: tokenFile({ region: 'evil.example/' }) }
    const host = ssoWorld({ token: GOOD, files, http: { [LOGOUT_URL]: new Response('') } })
    const done = await signOut(host, { all: true })
    expect(done).toHaveLength(2)
    expect(host.requests).toHaveLength(1)
    expect(host.files).not.toHaveProperty([bad])
  })

  test('what cannot be removed is named', async () => {
    const host = ssoWorld({ token: GOOD, http: { [LOGOUT_URL]: new Response('') } })
    host.removeFile = async () => {
      throw Object.assign(new Error('old-access-token'), { code: 'EPERM' })
    }
    const error = await failureOf(signOut(host))
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE', location: { file: SESSION_FILE } })
    expectNoSecret(error)
  })
})

test('times of the tests are what they seem', () => {
  expect(inMinutes(0)).toBe(NOW)
})
