import { startSandbox } from '@rolecall/sandbox'
import { describe, expect } from 'vitest'
import { createPkce, type Json, post, readQuery } from './oauth-client.ts'
import { HOUR_MS, test } from './sandbox-test.ts'
import {
  createToken,
  DEVICE_CLIENT,
  DEVICE_GRANT,
  describeAuthorize,
  PKCE_CLIENT,
  REDIRECT_URI,
  register,
  signIn,
} from './sso-client.ts'

const TOKEN = {
  accessToken: expect.stringMatching(/^[\w-]{64}$/),
  tokenType: 'Bearer',
  expiresIn: 3600,
  refreshToken: expect.stringMatching(/^[\w-]{64}$/),
}

describe('a client registers', () => {
  test('and gets an id and a secret for 90 days', async ({ sandbox }) => {
    sandbox.now = Date.UTC(2030, 0, 1)
    const { status, body } = await post(sandbox, '/client/register', PKCE_CLIENT)
    expect(status).toBe(200)
    expect(body).toEqual({
      clientId: expect.any(String),
      clientSecret: expect.any(String),
      clientIdIssuedAt: Date.UTC(2030, 0, 1) / 1000,
      clientSecretExpiresAt: Date.UTC(2030, 3, 1) / 1000,
    })
  })

  test.for<[name: string, changes: Json, exception: string, error: string]>([
    ['without a name', { clientName: undefined }, 'InvalidRequestException', 'invalid_request'],
    ['with a name that is no text', { clientName: 1 }, 'InvalidRequestException', 'invalid_request'],
    ['as confidential', { clientType: 'confidential' }, 'InvalidClientMetadataException', 'invalid_client_metadata'],
    ['for an unknown grant', { grantTypes: ['password'] }, 'UnsupportedGrantTypeException', 'unsupported_grant_type'],
    ['with grants that are no list', { grantTypes: 'refresh_token' }, 'InvalidRequestException', 'invalid_request'],
    ['with a malformed scope', { scopes: ['a b'] }, 'InvalidScopeException', 'invalid_scope'],
    [
      'with a public address',
      { redirectUris: ['http://a.example/'] },
      'InvalidRedirectUriException',
      'invalid_redirect_uri',
    ],
    [
      'with an https address',
      { redirectUris: ['https://127.0.0.1/'] },
      'InvalidRedirectUriException',
      'invalid_redirect_uri',
    ],
    [
      'with a fragment',
      { redirectUris: ['http://127.0.0.1/#x'] },
      'InvalidRedirectUriException',
      'invalid_redirect_uri',
    ],
    ['for codes without an address', { redirectUris: [] }, 'InvalidRequestException', 'invalid_request'],
    ['for codes without an issuer', { issuerUrl: '' }, 'InvalidRequestException', 'invalid_request'],
  ])('but not %s', async ([_name, changes, exception, error], { sandbox }) => {
    const answered = await post(sandbox, '/client/register', { ...PKCE_CLIENT, ...changes })
    expect(answered).toEqual({ status: 400, exception, body: { error, error_description: expect.any(String) } })
  })

  test('but not with a body that is no JSON object', async ({ sandbox }) => {
    for (const body of ['', '[]', 'null', 'clientName=x'])
      expect((await post(sandbox, '/client/register', body)).exception).toBe('InvalidRequestException')
  })
})

describe('an authorization code', () => {
  test('becomes a token for the client that knows the verifier', async ({ sandbox }) => {
    expect((await signIn(sandbox)).token).toEqual(TOKEN)
    expect(sandbox.calls.map(({ service, operation, outcome }) => `${service} ${operation} ${outcome}`)).toEqual([
      'sso-oidc RegisterClient ok',
      'sso-oidc ShowAuthorize ok',
      'sso-oidc AnswerAuthorize ok',
      'sso-oidc CreateToken ok',
    ])
  })

  test('comes back with the state, and with nothing but the state when it is denied', async ({ sandbox }) => {
    const { clientId } = await register(sandbox, PKCE_CLIENT)
    const page = describeAuthorize(sandbox, clientId, createPkce().challenge)
    const allowed = await sandbox.visit(page)
    expect(allowed?.split('?')[0]).toBe(REDIRECT_URI)
    expect(readQuery(allowed)).toEqual({ code: expect.any(String), state: 'a-state' })
    expect(readQuery(await sandbox.visit(page, 'Deny'))).toEqual({ error: 'access_denied', state: 'a-state' })
  })

  test('is taken once, also when the first attempt was wrong', async ({ sandbox }) => {
    const client = await register(sandbox, PKCE_CLIENT)
    const other = await register(sandbox, PKCE_CLIENT)
    const refused = { status: 400, exception: 'InvalidGrantException', body: { error: 'invalid_grant' } }
    for (const wrong of [
      { codeVerifier: createPkce().verifier },
      { codeVerifier: 'short' },
      { redirectUri: REDIRECT_URI.replace('54321', '54322') },
      other,
    ]) {
      const { verifier, challenge } = createPkce()
      const { code } = readQuery(await sandbox.visit(describeAuthorize(sandbox, client.clientId, challenge)))
      const right = {
        ...client,
        grantType: 'authorization_code',
        code,
        codeVerifier: verifier,
        redirectUri: REDIRECT_URI,
      }
      expect(await createToken(sandbox, { ...right, ...wrong })).toMatchObject(refused)
      expect(await createToken(sandbox, right)).toMatchObject(refused)
    }
  })

  test('is not taken for a verifier that is too short to be a secret', async ({ sandbox }) => {
    const client = await register(sandbox, PKCE_CLIENT)
    const { verifier, challenge } = createPkce('x'.repeat(42))
    const { code } = readQuery(await sandbox.visit(describeAuthorize(sandbox, client.clientId, challenge)))
    const exchange = { grantType: 'authorization_code', code, codeVerifier: verifier, redirectUri: REDIRECT_URI }
    expect((await createToken(sandbox, { ...client, ...exchange })).exception).toBe('InvalidGrantException')
  })

  test('is no longer taken after ten minutes', async ({ sandbox }) => {
    const client = await register(sandbox, PKCE_CLIENT)
    const { verifier, challenge } = createPkce()
    const { code } = readQuery(await sandbox.visit(describeAuthorize(sandbox, client.clientId, challenge)))
    sandbox.now += 600_000
    const exchange = { grantType: 'authorization_code', code, codeVerifier: verifier, redirectUri: REDIRECT_URI }
    expect((await createToken(sandbox, { ...client, ...exchange })).exception).toBe('InvalidGrantException')
  })

  test.for<[name: string, changes: Record<string, string | undefined>, error: string]>([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['the method by its name of the sign-in service', { code_challenge_method: 'SHA-256' }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a scope it did not register', { scopes: 'sso:account:access other' }, 'invalid_scope'],
  ])('is not given to a client that asks with %s: it is told so', async ([_name, changes, error], { sandbox }) => {
    const { clientId } = await register(sandbox, PKCE_CLIENT)
    const address = describeAuthorize(sandbox, clientId, createPkce().challenge, changes)
    const response = await fetch(address, { redirect: 'manual' })
    expect(response.status).toBe(303)
    expect(readQuery(response.headers.get('location') ?? '')).toMatchObject({ error, state: 'a-state' })
  })

  test('is not given to a client that has not registered for one', async ({ sandbox }) => {
    const { clientId } = await register(sandbox, { ...PKCE_CLIENT, grantTypes: [DEVICE_GRANT] })
    const address = describeAuthorize(sandbox, clientId, createPkce().challenge)
    const response = await fetch(address, { redirect: 'manual' })
    expect(readQuery(response.headers.get('location') ?? '')).toEqual({
      error: 'unauthorized_client',
      state: 'a-state',
    })
  })

  test.for<[name: string, changes: Record<string, string | undefined>]>([
    ['an unknown client', { client_id: 'somebody' }],
    ['no address', { redirect_uri: undefined }],
    ['another path', { redirect_uri: 'http://127.0.0.1:54321/other' }],
    ['another loopback host', { redirect_uri: 'http://localhost:54321/oauth/callback' }],
    ['a public host', { redirect_uri: 'http://127.0.0.1.example/oauth/callback' }],
    ['a user name', { redirect_uri: 'http://127.0.0.1@evil.example/oauth/callback' }],
  ])('is sent nowhere for %s, nor is an error', async ([_name, changes], { sandbox }) => {
    const { clientId } = await register(sandbox, PKCE_CLIENT)
    const address = describeAuthorize(sandbox, clientId, createPkce().challenge, changes)
    const response = await fetch(address, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(sandbox.calls.at(-1)?.outcome).toMatch(/^Invalid(Client|RedirectUri)Exception$/)
  })
})

describe('a device', () => {
  const start = async (sandbox: Parameters<typeof register>[0], startUrl = `${sandbox.url}/start`) => {
    const client = await register(sandbox, DEVICE_CLIENT)
    const { status, exception, body } = await post(sandbox, '/device_authorization', { ...client, startUrl })
    const poll = () =>
      createToken(sandbox, { ...client, grantType: DEVICE_GRANT, deviceCode: String(body['deviceCode']) })
    return { status, exception, body, poll, page: String(body['verificationUriComplete']) }
  }

  test('gets a code to show, and a token once a person has allowed it, once', async ({ sandbox }) => {
    const { body, poll, page } = await start(sandbox)
    const userCode = String(body['userCode'])
    expect(body).toEqual({
      deviceCode: expect.any(String),
      userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      verificationUri: `${sandbox.url}/device`,
      verificationUriComplete: `${sandbox.url}/device?user_code=${userCode}`,
      expiresIn: 600,
      interval: 1,
    })
    expect(await poll()).toMatchObject({ status: 400, exception: 'AuthorizationPendingException' })
    expect(await sandbox.visit(page.replace(userCode, userCode.replace('-', '').toLowerCase()))).toBeUndefined()
    expect((await poll()).body).toEqual(TOKEN)
    expect((await poll()).exception).toBe('InvalidGrantException')
  })

  test('is told to slow down when it asks too often, by ever longer intervals', async ({ sandbox }) => {
    const { poll } = await start(sandbox)
    const ask = async () => (await poll()).body['error']
    expect(await ask()).toBe('authorization_pending')
    expect(await ask()).toBe('slow_down')
    sandbox.now += 5000
    expect(await ask()).toBe('slow_down')
    sandbox.now += 11_000
    expect(await ask()).toBe('authorization_pending')
  })

  test('has a code that is of no use to another client', async ({ sandbox }) => {
    const { body, poll, page } = await start(sandbox)
    await sandbox.visit(page)
    const other = await register(sandbox, DEVICE_CLIENT)
    const stolen = { ...other, grantType: DEVICE_GRANT, deviceCode: body['deviceCode'] }
    expect((await createToken(sandbox, stolen)).exception).toBe('InvalidGrantException')
    expect((await poll()).status).toBe(200)
  })

  test('is told when a person has denied it', async ({ sandbox }) => {
    const { poll, page } = await start(sandbox)
    await sandbox.visit(page, 'Deny')
    expect(await poll()).toMatchObject({
      status: 400,
      exception: 'AccessDeniedException',
      body: { error: 'access_denied' },
    })
    await expect(sandbox.visit(page)).rejects.toThrow('no button to press')
  })

  test('is too late after ten minutes', async ({ sandbox }) => {
    const { poll, page } = await start(sandbox)
    sandbox.now += 600_000
    expect(await poll()).toMatchObject({
      status: 400,
      exception: 'ExpiredTokenException',
      body: { error: 'expired_token' },
    })
    await expect(sandbox.visit(page)).rejects.toThrow('no button to press')
  })

  test('names the access portal it wants to sign in to', async ({ sandbox }) => {
    expect((await start(sandbox, `${sandbox.url}/start/#/`)).status).toBe(200)
    expect((await start(sandbox, 'https://other.awsapps.com/start')).exception).toBe('InvalidRequestException')
  })

  test('has to have registered for it', async ({ sandbox }) => {
    const client = await register(sandbox, PKCE_CLIENT)
    const body = { ...client, startUrl: `${sandbox.url}/start` }
    expect((await post(sandbox, '/device_authorization', body)).exception).toBe('UnauthorizedClientException')
    const exchange = { ...client, grantType: DEVICE_GRANT, deviceCode: 'x' }
    expect((await createToken(sandbox, exchange)).exception).toBe('UnauthorizedClientException')
  })

  test('without scopes gets a token for the whole session, and none to refresh it with', async ({ sandbox }) => {
    const client = await register(sandbox, { clientName: 'old', clientType: 'public' })
    const started = await post(sandbox, '/device_authorization', { ...client, startUrl: `${sandbox.url}/start` })
    await sandbox.visit(String(started.body['verificationUriComplete']))
    const exchange = { ...client, grantType: DEVICE_GRANT, deviceCode: started.body['deviceCode'] }
    const { accessToken, tokenType } = TOKEN
    expect((await createToken(sandbox, exchange)).body).toEqual({ accessToken, tokenType, expiresIn: 28_800 })
  })
})

describe('a refresh token', () => {
  test('is good once, and the answer has the next one', async ({ sandbox }) => {
    const { client, token } = await signIn(sandbox)
    const refresh = (refreshToken: unknown) =>
      createToken(sandbox, { ...client, grantType: 'refresh_token', refreshToken })
    const next = await refresh(token['refreshToken'])
    expect(next.body).toEqual(TOKEN)
    expect(next.body['accessToken']).not.toBe(token['accessToken'])
    expect(await refresh(token['refreshToken'])).toEqual({
      status: 400,
      exception: 'InvalidGrantException',
      body: { error: 'invalid_grant', error_description: 'Invalid refresh token provided' },
    })
    expect((await refresh(next.body['refreshToken'])).status).toBe(200)
  })

  test('stays good in a sandbox that keeps them, whose answers have none', async () => {
    const sandbox = await startSandbox({ ssoRefreshTokens: 'keep' })
    const { client, token } = await signIn(sandbox)
    const { refreshToken } = token
    for (const _time of [1, 2]) {
      const { body } = await createToken(sandbox, { ...client, grantType: 'refresh_token', refreshToken })
      expect(body).toEqual({ accessToken: TOKEN.accessToken, tokenType: 'Bearer', expiresIn: 3600 })
    }
    await sandbox.stop()
  })

  test('ends with the session, and so do the tokens it gets', async ({ sandbox }) => {
    const { client, token } = await signIn(sandbox)
    const refresh = (refreshToken: unknown) =>
      createToken(sandbox, { ...client, grantType: 'refresh_token', refreshToken })
    sandbox.now += 7.5 * HOUR_MS
    const last = await refresh(token['refreshToken'])
    expect(last.body['expiresIn']).toBeLessThanOrEqual(1800)
    sandbox.now += 0.5 * HOUR_MS
    expect((await refresh(last.body['refreshToken'])).exception).toBe('InvalidGrantException')
  })

  test('is not lost when another client tries it', async ({ sandbox }) => {
    const { client, token } = await signIn(sandbox)
    const { refreshToken } = token
    const other = await register(sandbox, PKCE_CLIENT)
    const grant = { grantType: 'refresh_token', refreshToken }
    expect((await createToken(sandbox, { ...other, ...grant })).exception).toBe('InvalidGrantException')
    expect((await createToken(sandbox, { ...client, ...grant })).status).toBe(200)
  })
})

describe('no token is given', () => {
  test.for<[name: string, changes: Json, status: number, exception: string]>([
    ['for an unknown grant', { grantType: 'password' }, 400, 'UnsupportedGrantTypeException'],
    ['for no grant', { grantType: undefined }, 400, 'InvalidRequestException'],
    ['to an unknown client', { clientId: 'x' }, 401, 'InvalidClientException'],
    ['for a wrong secret', { clientSecret: 'x' }, 401, 'InvalidClientException'],
    ['for no secret', { clientSecret: undefined }, 400, 'InvalidRequestException'],
    ['for no refresh token', { refreshToken: '' }, 400, 'InvalidRequestException'],
  ])('%s', async ([_name, changes, status, exception], { sandbox }) => {
    const { client, token } = await signIn(sandbox)
    const { refreshToken } = token
    const body = { ...client, grantType: 'refresh_token', refreshToken, ...changes }
    expect(await createToken(sandbox, body)).toMatchObject({ status, exception })
  })

  test('to a client whose registration has expired', async ({ sandbox }) => {
    const client = await register(sandbox, PKCE_CLIENT)
    sandbox.now += 90 * 24 * HOUR_MS
    const body = { ...client, grantType: 'refresh_token', refreshToken: 'x' }
    expect(await createToken(sandbox, body)).toMatchObject({ status: 401, exception: 'InvalidClientException' })
  })
})
