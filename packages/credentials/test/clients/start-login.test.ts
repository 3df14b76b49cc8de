import { createHash } from 'node:crypto'
import { EmbeddedJWK, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { startLogin } from '../../src/clients/start-login.ts'
import { fromLogin } from '../../src/providers/login.ts'
import { type FakeHost, failureOf } from '../fake-host.ts'
import {
  type LoginWorld,
  loginHost,
  NOW,
  refusal,
  SECRETS,
  SESSION,
  TOKEN_URL,
  tokenAnswer,
  written,
} from '../login-world.ts'

const CALLBACK = 'http://127.0.0.1:49152/oauth/callback'
const idToken = (claims: object): string =>
  `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims))}.x`.replaceAll('=', '')
const signedIn = (): Response => tokenAnswer({ idToken: idToken({ sub: SESSION }) })
const stateOf = (url: string): string => new URL(url).searchParams.get('state') ?? ''

async function failure(world: LoginWorld | FakeHost, answer?: (state: string) => string) {
  const host = 'requests' in world ? (world as FakeHost) : loginHost(world)
  const login = await startLogin(host, { redirectUri: CALLBACK })
  const error = await failureOf(
    login.finish(answer?.(stateOf(login.url)) ?? `?code=the-code&state=${stateOf(login.url)}`),
  )
  for (const secret of [...SECRETS, 'the-code'])
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(secret)
  return { host, error }
}

test('a person signs in by a browser on this machine; the session is one that the library reads', async () => {
  const host = loginHost({ answers: signedIn })
  const login = await startLogin(host, { redirectUri: CALLBACK })
  const { origin, pathname, searchParams } = new URL(login.url)
  expect(origin + pathname).toBe('https://us-west-2.signin.aws.amazon.com/v1/authorize')
  expect(Object.fromEntries(searchParams)).toMatchObject({
    client_id: 'arn:aws:signin:::devtools/same-device',
    code_challenge_method: 'SHA-256',
    redirect_uri: CALLBACK,
  })
  expect(login.region).toBe('us-west-2')
  expect(host.requests).toEqual([])

  const finished = await login.finish(`/oauth/callback?code=the-code&state=${searchParams.get('state')}`)
  expect(finished).toMatchObject({ loginSession: SESSION, accountId: '123456789012' })
  expect(host.writes, 'nothing is written yet').toEqual([])
  const [request] = host.requests
  const { codeVerifier, ...body } = JSON.parse(request?.body ?? '')
  expect(body).toEqual({
    clientId: 'arn:aws:signin:::devtools/same-device',
    grantType: 'authorization_code',
    code: 'the-code',
    redirectUri: CALLBACK,
  })
  expect(codeVerifier).toMatch(/^[\w.~-]{43,128}$/)
  expect(createHash('sha256').update(codeVerifier).digest('base64url')).toBe(searchParams.get('code_challenge'))
  await jwtVerify(request?.headers['dpop'] ?? '', EmbeddedJWK, { typ: 'dpop+jwt', currentDate: new Date(NOW) })

  const { path } = await finished.save()
  expect(host.writes).toEqual([path])
  expect(written(host, path)).toEqual({
    accessToken: {
      accessKeyId: 'ASIANEWNEWNEWNEW0001',
      secretAccessKey: 'the-new-secret',
      sessionToken: 'the-new-session-token',
      accountId: '123456789012',
      expiresAt: '2026-01-01T00:15:00Z',
    },
    tokenType: 'aws_sigv4',
    clientId: 'arn:aws:signin:::devtools/same-device',
    refreshToken: 'the-new-refresh-token',
    idToken: idToken({ sub: SESSION }),
    dpopKey: expect.stringMatching(/^-----BEGIN EC PRIVATE KEY-----\n/),
    signInRegion: 'us-west-2',
  })
  const { signal } = new AbortController()
  expect(await fromLogin().provide({ host, signal })).toMatchObject({ accessKeyId: 'ASIANEWNEWNEWNEW0001' })
})

test('a person signs in on another device, and pastes what it shows', async () => {
  const host = loginHost({ answers: signedIn })
  const login = await startLogin(host)
  const redirectUri = 'https://us-west-2.signin.aws.amazon.com/v1/sessions/confirmation'
  const query = Object.fromEntries(new URL(login.url).searchParams)
  expect(query).toMatchObject({ client_id: 'arn:aws:signin:::devtools/cross-device', redirect_uri: redirectUri })
  await login.finish(`${btoa(`state=${query['state']}&code=the-code`)}\n`)
  expect(JSON.parse(host.requests[0]?.body ?? '')).toMatchObject({ code: 'the-code', redirectUri })
})

test('a sign-in has a state and a verifier of its own', async () => {
  const host = loginHost({ answers: () => signedIn() })
  const logins = [await startLogin(host), await startLogin(host)]
  for (const { url, finish } of logins) await finish(`?state=${stateOf(url)}&code=c`)
  expect(new Set(logins.map(({ url }) => stateOf(url))).size).toBe(2)
  expect(new Set(host.requests.map(({ body }) => JSON.parse(body).codeVerifier)).size).toBe(2)
})

describe('the region is', () => {
  test.each([
    ['that of the code', { profile: 'person', region: 'eu-west-1' }, 'eu-west-1'],
    ['that of the profile', { profile: 'person' }, 'us-west-2'],
    ['that of the environment, where the profile is still to be made', { profile: 'new' }, 'eu-west-3'],
  ])('%s', async (_, request, region) => {
    const host = loginHost({ env: { AWS_REGION: 'eu-west-3' } })
    expect(await startLogin(host, request)).toMatchObject({ region })
  })

  test('no way to another host', async () => {
    expect(await failureOf(startLogin(loginHost(), { region: 'evil.example/' }))).toMatchObject({
      code: 'REGION_INVALID',
    })
  })
})

describe('it is no sign-in', () => {
  test.each([
    ['an answer to another one', () => '?code=the-code&state=x', 'LOGIN_REQUIRED'],
    ['an answer to nothing', () => '?code=the-code', 'LOGIN_REQUIRED'],
    ['no answer', () => 'what?', 'LOGIN_REQUIRED'],
    ['a no', (state: string) => `?error=access_denied&state=${state}`, 'SOURCE_REFUSED'],
  ])('by %s: nothing is sent', async (_, answer, code) => {
    const { error, host } = await failure({}, answer)
    expect(error).toMatchObject({ code, source: 'login' })
    expect(host.requests).toEqual([])
  })

  test.each([
    ['the code came too late', refusal(401, 'AUTHCODE_EXPIRED'), 'LOGIN_REQUIRED'],
    ['a permission lacks', refusal(403, 'INSUFFICIENT_PERMISSIONS'), 'SOURCE_REFUSED'],
    ['the request is wrong', refusal(400, 'INVALID_REQUEST'), 'SOURCE_REFUSED'],
    ['nobody is named', tokenAnswer(), 'RESPONSE_INVALID'],
    ['who is named has no account', tokenAnswer({ idToken: idToken({ sub: 'me' }) }), 'RESPONSE_INVALID'],
    ['the token is torn', tokenAnswer({ idToken: 'x.y' }), 'RESPONSE_INVALID'],
    ['it could not last', tokenAnswer({ idToken: idToken({ sub: SESSION }), refreshToken: '' }), 'RESPONSE_INVALID'],
  ])('where %s', async (_, answers, code) => {
    const { error, host } = await failure({ answers })
    expect(error).toMatchObject({ code, source: 'login' })
    expect(host.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([TOKEN_URL])
    expect(host.writes).toEqual([])
  })

  test('where the session cannot be kept', async () => {
    const host = loginHost({ answers: signedIn })
    host.writeFile = () => Promise.reject(Object.assign(new Error('the-new-secret'), { code: 'EROFS' }))
    const login = await startLogin(host)
    const finished = await login.finish(`?code=c&state=${stateOf(login.url)}`)
    const error = await failureOf(finished.save())
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE', source: 'login' })
    expect(error.message).toContain('(EROFS)')
    expect(error.message).not.toContain('secret')
  })
})
