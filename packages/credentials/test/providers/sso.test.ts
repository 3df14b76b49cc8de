import { describe, expect, test } from 'vitest'
import { createCredentials } from '../../src/create-credentials.ts'
import type { Credentials, StaticKeys } from '../../src/model/credentials.ts'
import type { Skipped } from '../../src/model/provider.ts'
import { fromProfile } from '../../src/providers/profile.ts'
import { fromSso } from '../../src/providers/sso.ts'
import { type FakeHost, failureOf, silence } from '../fake-host.ts'
import {
  CONFIG,
  expectNoSecret,
  inMinutes,
  LEGACY_FILE,
  listen,
  NOW,
  ROLE_URL,
  roleAnswer,
  SESSION_FILE,
  ssoWorld,
  TOKEN_URL,
  tokenAnswer,
  tokenFile,
} from '../sso-world.ts'

const GOOD = tokenFile({ expiresAt: inMinutes(60) })

function ask(
  host: FakeHost,
  profile?: string,
  trace = listen(),
  provider = fromSso(),
): Promise<Credentials | StaticKeys | Skipped> {
  return host.until(provider.provide({ host, signal: new AbortController().signal, profile, trace }))
}

async function failureFor(host: FakeHost, profile: string) {
  const trace = listen()
  const error = await failureOf(ask(host, profile, trace))
  expectNoSecret(error, trace.facts, trace.warnings)
  return error
}

describe('credentials of a role', () => {
  test('come from the portal of the session’s region for the token of its file', async () => {
    const host = ssoWorld({ token: GOOD, env: { AWS_REGION: 'ap-south-1' }, http: { [ROLE_URL]: roleAnswer() } })
    const trace = listen()
    expect(await ask(host, 'dev', trace)).toEqual({
      accessKeyId: 'ASIAROLEROLEROLE0001',
      secretAccessKey: 'the-secret-of-the-role',
      sessionToken: 'the-session-token-of-the-role',
      expiration: new Date('2026-01-01T08:00:00Z'),
      accountId: '123456789012',
      staleAllowed: true,
    })
    expect(host.requests[0]?.headers['x-amz-sso_bearer_token']).toBe('old-access-token')
    expect(host.requests[0]?.redirect).toBe('manual')
    expect(host.writes).toEqual([])
    expect(trace.facts).toMatchObject({ role: 'Admin in 123456789012', 'token file': SESSION_FILE })
    expectNoSecret(trace.facts)
  })

  test('of a profile of the older kind come for the file of its start URL', async () => {
    const host = ssoWorld({ files: { [LEGACY_FILE]: GOOD }, http: { [ROLE_URL]: roleAnswer() } })
    expect(await ask(host, 'legacy')).toMatchObject({ accessKeyId: 'ASIAROLEROLEROLE0001' })
  })

  test.each([
    ['AWS_USE_FIPS_ENDPOINT', 'portal.sso-fips.us-west-2.amazonaws.com'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'portal.sso.us-west-2.api.aws'],
  ])('%s asks %s', async (variable, name) => {
    const url = ROLE_URL.replace('portal.sso.us-west-2.amazonaws.com', name)
    const host = ssoWorld({ token: GOOD, env: { [variable]: 'true' }, http: { [url]: roleAnswer() } })
    expect(await ask(host, 'dev')).toMatchObject({ accountId: '123456789012' })
  })

  test('a configured address is asked, with its path', async () => {
    const url = 'GET http://127.0.0.1:9000/base/federation/credentials?role_name=Admin&account_id=123456789012'
    const env = { AWS_ENDPOINT_URL_SSO: 'http://localhost:9000/base/' }
    const host = ssoWorld({ token: GOOD, env, http: { [url]: roleAnswer() } })
    expect(await ask(host, 'dev')).toMatchObject({ accountId: '123456789012' })
  })

  test('the one configured address of all services is asked, for the token too', async () => {
    const host = ssoWorld({
      token: tokenFile(),
      env: { AWS_ENDPOINT_URL: 'https://all.example' },
      http: {
        'POST https://all.example/token': tokenAnswer(),
        'GET https://all.example/federation/credentials?role_name=Admin&account_id=123456789012': roleAnswer(),
      },
    })
    expect(await ask(host, 'dev')).toMatchObject({ accountId: '123456789012' })
  })

  test('the addresses of a services section are asked, one for each service', async () => {
    const config = `[default]
sso_session = s
sso_account_id = 123456789012
sso_role_name = Admin
services = local
[sso-session s]
sso_start_url = https://example.awsapps.com/start
sso_region = us-west-2
[services local]
sso =
  endpoint_url = https://portal.example
sso_oidc =
  endpoint_url = https://oidc.example
`
    const file = '/home/user/.aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json'
    const host = ssoWorld({
      files: { '/home/user/.aws/config': config, [file]: tokenFile() },
      http: {
        'POST https://oidc.example/token': tokenAnswer(),
        'GET https://portal.example/federation/credentials?role_name=Admin&account_id=123456789012': roleAnswer(),
      },
    })
    expect(await ask(host)).toMatchObject({ accountId: '123456789012' })
  })

  test('the portal is asked over plain http where a setting says so, as the AWS SDKs do: with a warning', async () => {
    const url = 'GET http://all.example/federation/credentials?role_name=Admin&account_id=123456789012'
    const host = ssoWorld({
      token: GOOD,
      env: { AWS_ENDPOINT_URL: 'http://all.example' },
      http: { [url]: roleAnswer() },
    })
    const trace = listen()
    expect(await ask(host, 'dev', trace)).toMatchObject({ accountId: '123456789012' })
    expect(trace.warnings).toMatchObject([{ code: 'PLAIN_HTTP', text: expect.stringContaining('http://all.example') }])
  })

  test('a refresh token never travels in the clear', async () => {
    const env = { AWS_ENDPOINT_URL: 'http://all.example' }
    expect(await failureFor(ssoWorld({ token: tokenFile(), env }), 'dev')).toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test('a token that is over is renewed first, and then used', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: tokenAnswer(), [ROLE_URL]: roleAnswer() } })
    await ask(host, 'dev')
    expect(host.requests.map(({ url }) => new URL(url).pathname)).toEqual(['/token', '/federation/credentials'])
    expect(host.requests[1]?.headers['x-amz-sso_bearer_token']).toBe('new-access-token')
  })
})

describe('steps aside', () => {
  test('where the profile has nothing of it, and where there is no profile', async () => {
    expect(await ask(ssoWorld(), 'plain')).toEqual({ skipped: 'profile plain has no sso_session and no sso_start_url' })
    expect(await ask(ssoWorld())).toHaveProperty('skipped')
  })

  test('not for a name that is no profile', async () => {
    expect(await failureFor(ssoWorld(), 'typo')).toMatchObject({ code: 'PROFILE_NOT_FOUND', source: 'sso' })
  })
})

describe('is not configured right', () => {
  test.each([
    ['token-only', 'sso_account_id', 'Add sso_account_id to the profile.'],
    ['no-role', 'sso_role_name', 'Add sso_role_name to the profile.'],
    ['no-section', 'sso-session nowhere', 'Add [sso-session nowhere] to the config file.'],
    ['half', 'sso_region', 'Add sso_region to [sso-session half].'],
    ['differs', 'sso_region', 'Remove sso_region from the profile.'],
  ])('profile %s names %s', async (profile, named, remedy) => {
    const error = await failureFor(ssoWorld({ token: GOOD }), profile)
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', source: 'sso', remedy })
    expect(error.message).toContain(named)
    expect(error['location']).toMatchObject({ file: '/home/user/.aws/config', line: expect.any(Number) })
  })

  test.each([
    ['bad-region', CONFIG],
    ['dev', CONFIG.replace('sso_region = us-west-2', 'sso_region = us-west-2.evil.example/')],
  ])(
    'a region that is none ends it before anything is sent, and is told its line: profile %s',
    async (name, config) => {
      const host = ssoWorld({ files: { [LEGACY_FILE]: GOOD, '/home/user/.aws/config': config } })
      const line = config.split('\n').findIndex((text) => text.includes('evil')) + 1
      expect(await failureFor(host, name)).toMatchObject({
        code: 'REGION_INVALID',
        location: { file: '/home/user/.aws/config', line },
      })
      expect(host.requests).toEqual([])
    },
  )

  test('nobody knows the home folder', async () => {
    const host = ssoWorld({ homeDir: null, env: { AWS_CONFIG_FILE: '/home/user/.aws/config' } })
    expect(await failureFor(host, 'dev')).toMatchObject({ code: 'CONFIG_INVALID', remedy: 'Set HOME.' })
  })
})

describe('somebody has to sign in', () => {
  const REMEDY = 'Run rolecall login --profile dev, or aws sso login --profile dev.'

  test.each([
    ['nobody has', undefined],
    ['the file is empty', ''],
    ['the file is half written', GOOD.slice(0, 40)],
    ['the file is no JSON', 'old-access-token'],
    ['the file has no token', tokenFile({ accessToken: undefined })],
    ['the file has no end', tokenFile({ expiresAt: undefined })],
    ['the end is no time', tokenFile({ expiresAt: 'old-access-token' })],
    ['the file is of another kind', '{"clientId":"a","clientSecret":"the-client-secret"}'],
    ['the token is over and cannot be renewed', tokenFile({ refreshToken: undefined })],
    ['the registration is over too', tokenFile({ registrationExpiresAt: '2025-12-01T00:00:00Z' })],
  ])('%s: without a request', async (_name, token) => {
    const host = ssoWorld(token === undefined ? {} : { token })
    const error = await failureFor(host, 'dev')
    expect(error).toMatchObject({ code: 'LOGIN_REQUIRED', remedy: REMEDY, location: { file: SESSION_FILE } })
    expect(host.requests).toEqual([])
    expect(host.writes).toEqual([])
  })

  test('a token without an sso-session is not renewed, though it could be', async () => {
    const host = ssoWorld({ files: { [LEGACY_FILE]: tokenFile() } })
    expect(await failureFor(host, 'legacy')).toMatchObject({ code: 'LOGIN_REQUIRED' })
    expect(host.requests).toEqual([])
  })

  test('the portal no longer accepts the token', async () => {
    const host = ssoWorld({ token: GOOD, http: { [ROLE_URL]: [new Response('{"message":"x"}', { status: 401 })] } })
    const error = await failureFor(host, 'dev')
    expect(error).toMatchObject({ code: 'LOGIN_REQUIRED', remedy: REMEDY })
    expect(error.message).toContain('unauthorized')
    expect(host.requests).toHaveLength(1)
  })

  test('unless they have just done so', async () => {
    const answer = (_: unknown, { files }: FakeHost): Response => {
      files[SESSION_FILE] = tokenFile({ accessToken: 'other-access-token', expiresAt: inMinutes(60) })
      return new Response('', { status: 401 })
    }
    const host = ssoWorld({ token: GOOD, http: { [ROLE_URL]: [answer, roleAnswer()] } })
    expect(await ask(host, 'dev')).toHaveProperty('accessKeyId')
    expect(host.requests[1]?.headers['x-amz-sso_bearer_token']).toBe('other-access-token')
  })

  test('a file that another program is writing is looked at again', async () => {
    const host = ssoWorld({ token: '', http: { [ROLE_URL]: roleAnswer() } })
    const keys = fromSso().provide({ host, signal: new AbortController().signal, profile: 'dev' })
    await host.pass(60)
    host.files[SESSION_FILE] = GOOD
    expect(await host.until(keys)).toHaveProperty('accessKeyId')
  })

  test('a file that may not be read is named with the system’s reason', async () => {
    const token = Object.assign(new Error('old-access-token'), { code: 'EACCES' })
    const error = await failureFor(ssoWorld({ token }), 'dev')
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE', location: { file: SESSION_FILE } })
    expect(error.message).toContain('(EACCES)')
  })
})

describe('the portal', () => {
  test.each([
    [403, 'SOURCE_REFUSED', 1],
    [404, 'SOURCE_REFUSED', 1],
    [400, 'SOURCE_REFUSED', 1],
    [429, 'SOURCE_UNREACHABLE', 4],
    [500, 'SOURCE_UNREACHABLE', 4],
    [503, 'SOURCE_UNREACHABLE', 4],
  ])('that answers %i is %s after %i requests', async (status, code, count) => {
    const host = ssoWorld({ token: GOOD, http: { [ROLE_URL]: () => new Response('old-access-token', { status }) } })
    const location = { file: '/home/user/.aws/config', line: expect.any(Number) }
    expect(await failureFor(host, 'dev')).toMatchObject({ code, source: 'sso', location })
    expect(host.requests).toHaveLength(count)
  })

  test('that is busy for a moment is asked again', async () => {
    const busy = new Response('', { status: 429 })
    const host = ssoWorld({ token: GOOD, http: { [ROLE_URL]: [busy, new Error('reset'), roleAnswer()] } })
    expect(await ask(host, 'dev')).toHaveProperty('accessKeyId')
  })

  test.each([
    ['{"roleCredentials":', 'RESPONSE_INVALID'],
    ['{"roleCredentials":{"accessKeyId":"the-secret-of-the-role"}}', 'RESPONSE_INVALID'],
    [JSON.stringify({ roleCredentials: null }), 'RESPONSE_INVALID'],
  ])('that sends %s is %s', async (body, code) => {
    const host = ssoWorld({ token: GOOD, http: { [ROLE_URL]: new Response(body) } })
    expect(await failureFor(host, 'dev')).toMatchObject({ code })
  })

  test('that sends what has expired is EXPIRED', async () => {
    const host = ssoWorld({ token: GOOD, http: { [ROLE_URL]: roleAnswer({ expiration: Date.parse(NOW) }) } })
    expect(await failureFor(host, 'dev')).toMatchObject({ code: 'EXPIRED' })
  })

  test('that never answers is given up after 30 s', async () => {
    const host = ssoWorld({ token: GOOD, http: { [ROLE_URL]: silence } })
    expect(await failureFor(host, 'dev')).toMatchObject({ code: 'TIMEOUT' })
    expect(host.elapsedMs).toBe(30_000)
    expect(host.sleeping).toBe(0)
  })

  test('whose tokens cannot be renewed, since that service is silent, is given up after 20 s', async () => {
    const host = ssoWorld({ token: tokenFile(), http: { [TOKEN_URL]: silence } })
    expect(await failureFor(host, 'dev')).toMatchObject({ code: 'TIMEOUT' })
    expect(host.elapsedMs).toBe(20_000)
    await host.pass(0)
    expect(host.sleeping).toBe(0)
  })
})

describe('a profile', () => {
  test('with an sso-session gives its credentials, from the source profile', async () => {
    const host = ssoWorld({ token: GOOD, http: { [ROLE_URL]: roleAnswer() } })
    const credentials = createCredentials({ host, profile: 'dev' })
    expect(await host.until(credentials())).toMatchObject({ accountId: '123456789012', source: 'profile' })
  })

  test('comes before its credential_process', async () => {
    const host = ssoWorld({ token: GOOD, http: { [ROLE_URL]: roleAnswer() } })
    const trace = listen()
    expect(await ask(host, 'with-process', trace, fromProfile())).toHaveProperty('accessKeyId')
    expect(trace.warnings).toMatchObject([{ code: 'SETTING_UNUSED' }])
  })

  test('over it names the profile to sign in with', async () => {
    const error = await failureOf(ask(ssoWorld(), 'chained', listen(), fromProfile()))
    expect(error).toMatchObject({
      code: 'LOGIN_REQUIRED',
      source: 'profile',
      remedy: 'Run rolecall login --profile dev, or aws sso login --profile dev.',
    })
  })

  test('without account and role is an error with its place, also where it is only for tokens', async () => {
    const error = await failureOf(ask(ssoWorld({ token: GOOD }), 'token-only', listen(), fromProfile()))
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', location: { file: '/home/user/.aws/config' } })
  })

  test('is served past its end while the portal does not answer', async () => {
    const down = () => new Response('', { status: 503 })
    const first = roleAnswer({ expiration: Date.parse(inMinutes(30)) })
    const token = tokenFile({ expiresAt: inMinutes(600) })
    const host = ssoWorld({ token, http: { [ROLE_URL]: [first, down, down, down, down] } })
    const credentials = createCredentials({ host, profile: 'dev' })
    const { accessKeyId } = await host.until(credentials())
    await host.pass(31 * 60_000)
    expect((await host.until(credentials())).accessKeyId).toBe(accessKeyId)
  })
})
