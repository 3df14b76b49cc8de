import { createHash, createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { Sandbox } from '@rolecall/sandbox'
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, importPKCS8, type JWK, SignJWT } from 'jose'
import { describe, expect } from 'vitest'
import { type Answered, createAddress, createPkce, type Json, post, readQuery } from './oauth-client.ts'
import { HOUR_MS, test } from './sandbox-test.ts'
import { createClient, type Keys } from './sts-client.ts'

const SAME_DEVICE = 'arn:aws:signin:::devtools/same-device'
const CROSS_DEVICE = 'arn:aws:signin:::devtools/cross-device'
const REDIRECT_URI = 'http://127.0.0.1:54321/oauth/callback'

interface ProofKey {
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

async function createKey(): Promise<ProofKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { privateKey, jwk: await exportJWK(publicKey) }
}

async function createProof(sandbox: Sandbox, key: ProofKey, claims: Json = {}, header: Json = {}): Promise<string> {
  const own = { htm: 'POST', htu: `${sandbox.url}/v1/token`, iat: Math.floor(sandbox.now / 1000), jti: randomUUID() }
  return new SignJWT({ ...own, ...claims })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: key.jwk, ...header })
    .sign(key.privateKey)
}

async function createToken(sandbox: Sandbox, body: Json, proof: ProofKey | string | undefined): Promise<Answered> {
  const DPoP = typeof proof === 'object' ? await createProof(sandbox, proof) : proof
  return post(sandbox, '/v1/token', body, DPoP === undefined ? {} : { DPoP })
}

function describeAuthorize(
  sandbox: Sandbox,
  challenge: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  return createAddress(`${sandbox.url}/v1/authorize`, {
    response_type: 'code',
    client_id: SAME_DEVICE,
    redirect_uri: REDIRECT_URI,
    state: 'a-state',
    code_challenge_method: 'SHA-256',
    code_challenge: challenge,
    scope: 'openid',
    ...changes,
  })
}

/** What the AWS CLI sends for a code that a person has just allowed. */
async function getCode(sandbox: Sandbox): Promise<Json> {
  const { verifier, challenge } = createPkce()
  const { code } = readQuery(await sandbox.visit(describeAuthorize(sandbox, challenge)))
  const grant = { grantType: 'authorization_code', codeVerifier: verifier, redirectUri: REDIRECT_URI }
  return { clientId: SAME_DEVICE, code, ...grant }
}

async function login(sandbox: Sandbox, key: ProofKey): Promise<Json> {
  return (await createToken(sandbox, await getCode(sandbox), key)).body
}

const refresh = (sandbox: Sandbox, refreshToken: unknown, proof: ProofKey | string) =>
  createToken(sandbox, { clientId: SAME_DEVICE, grantType: 'refresh_token', refreshToken }, proof)

const OUTPUT = {
  accessToken: {
    accessKeyId: expect.stringMatching(/^ASIA/),
    secretAccessKey: expect.any(String),
    sessionToken: expect.any(String),
  },
  tokenType: 'aws_sigv4',
  expiresIn: 900,
  refreshToken: expect.any(String),
}

describe('a person who logs in', () => {
  test('gets credentials for a quarter of an hour, and an identity token', async ({ sandbox }) => {
    const output = await login(sandbox, await createKey())
    expect(output).toEqual({ ...OUTPUT, idToken: expect.any(String) })
    expect(decodeJwt(String(output['idToken']))).toMatchObject({
      sub: 'arn:aws:iam::123456789012:user/demo',
      aud: SAME_DEVICE,
    })
    const client = createClient(sandbox, output['accessToken'] as Keys)
    const caller = await client.send(new GetCallerIdentityCommand({}))
    expect(caller.Arn).toBe('arn:aws:iam::123456789012:user/demo')
    sandbox.now += 900_000
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' })
  })

  test('may do so from another device, and is shown the code to type there', async ({ sandbox }) => {
    const { verifier, challenge } = createPkce()
    const redirectUri = `${sandbox.url}/v1/sessions/confirmation`
    const page = describeAuthorize(sandbox, challenge, { client_id: CROSS_DEVICE, redirect_uri: redirectUri })
    const confirmation = await fetch((await sandbox.visit(page)) ?? '')
    const [, typed = ''] = /<code>(.*?)<\/code>/.exec(await confirmation.text()) ?? []
    const { state, code } = Object.fromEntries(new URLSearchParams(Buffer.from(typed, 'base64').toString()))
    expect(state).toBe('a-state')
    const body = { clientId: CROSS_DEVICE, grantType: 'authorization_code', code, codeVerifier: verifier, redirectUri }
    expect(await createToken(sandbox, body, await createKey())).toMatchObject({ status: 200, body: OUTPUT })

    const denied = await fetch((await sandbox.visit(page, 'Deny')) ?? '')
    expect([denied.status, await denied.text()]).toEqual([400, expect.stringContaining('denied')])
  })

  test('is asked by nobody else, and sent nowhere else', async ({ sandbox }) => {
    for (const changes of [
      { client_id: 'arn:aws:signin:::devtools/other' },
      { redirect_uri: 'https://evil.example/' },
      { redirect_uri: `${sandbox.url}/v1/sessions/confirmation`, client_id: 'x' },
      { client_id: CROSS_DEVICE },
      { redirect_uri: undefined },
    ]) {
      const address = describeAuthorize(sandbox, createPkce().challenge, changes)
      const response = await fetch(address, { redirect: 'manual' })
      expect([response.status, response.headers.get('location')]).toEqual([400, null])
    }
  })

  test.for<[changes: Record<string, string>, error: string]>([
    [{ code_challenge_method: 'S256' }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: 'openid email' }, 'invalid_scope'],
  ])('is not asked for %o: the client is told', async ([changes, error], { sandbox }) => {
    const address = describeAuthorize(sandbox, createPkce().challenge, changes)
    const response = await fetch(address, { redirect: 'manual' })
    expect(readQuery(response.headers.get('location') ?? '')).toMatchObject({ error, state: 'a-state' })
  })
})

describe('a code', () => {
  test('is good once', async ({ sandbox }) => {
    const [body, key] = [await getCode(sandbox), await createKey()]
    expect((await createToken(sandbox, body, key)).status).toBe(200)
    expect(await createToken(sandbox, body, key)).toEqual({
      status: 401,
      exception: 'AccessDeniedException',
      body: { error: 'AUTHCODE_EXPIRED', message: expect.any(String) },
    })
  })

  test('is good for one of several who come at once', async ({ sandbox }) => {
    const [body, key] = [await getCode(sandbox), await createKey()]
    const answers = await Promise.all(Array.from({ length: 10 }, () => createToken(sandbox, body, key)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(401)])
  })

  test('is good for ten minutes', async ({ sandbox }) => {
    const body = await getCode(sandbox)
    sandbox.now += 600_000
    expect((await createToken(sandbox, body, await createKey())).body['error']).toBe('AUTHCODE_EXPIRED')
    expect(sandbox.calls.at(-1)).toMatchObject({ operation: 'CreateOAuth2Token', outcome: 'AUTHCODE_EXPIRED' })
  })

  test.for<[name: string, changes: Json]>([
    ['another verifier', { codeVerifier: createPkce().verifier }],
    ['a malformed verifier', { codeVerifier: 'short' }],
    ['another address', { redirectUri: 'http://127.0.0.1:1/oauth/callback' }],
    ['the other client', { clientId: CROSS_DEVICE }],
    ['an unknown client', { clientId: 'x' }],
    ['an unknown grant', { grantType: 'password' }],
    ['no code', { code: undefined }],
  ])('is refused with %s', async ([_name, changes], { sandbox }) => {
    const body = { ...(await getCode(sandbox)), ...changes }
    expect(await createToken(sandbox, body, await createKey())).toEqual({
      status: 400,
      exception: 'ValidationException',
      body: { error: 'INVALID_REQUEST', message: expect.any(String) },
    })
  })
})

describe('a refresh token', () => {
  test('is good once; the answer has the next one, and no identity token', async ({ sandbox }) => {
    const key = await createKey()
    const { refreshToken } = await login(sandbox, key)
    const next = await refresh(sandbox, refreshToken, key)
    expect(next.body).toEqual(OUTPUT)
    expect(await refresh(sandbox, refreshToken, key)).toEqual({
      status: 401,
      exception: 'AccessDeniedException',
      body: { error: 'TOKEN_EXPIRED', message: expect.any(String) },
    })
    expect((await refresh(sandbox, next.body['refreshToken'], key)).status).toBe(200)
  })

  test('ends twelve hours after the login, however often it was refreshed', async ({ sandbox }) => {
    const key = await createKey()
    const { refreshToken } = await login(sandbox, key)
    sandbox.now += 11 * HOUR_MS
    const next = await refresh(sandbox, refreshToken, key)
    expect(next.status).toBe(200)
    sandbox.now += HOUR_MS
    expect((await refresh(sandbox, next.body['refreshToken'], key)).body['error']).toBe('TOKEN_EXPIRED')
  })

  test('that is over is told so to a client whose clock does not know it', async ({ sandbox }) => {
    const key = await createKey()
    const { refreshToken } = await login(sandbox, key)
    const code = await getCode(sandbox)
    const stale = { iat: Math.floor(sandbox.now / 1000) }
    sandbox.now += 12 * HOUR_MS
    const refreshed = await refresh(sandbox, refreshToken, await createProof(sandbox, key, stale))
    expect(refreshed.body['error']).toBe('TOKEN_EXPIRED')
    const redeemed = await createToken(sandbox, code, await createProof(sandbox, key, stale))
    expect(redeemed.body['error']).toBe('AUTHCODE_EXPIRED')
  })

  test('is good for one of several who come at once', async ({ sandbox }) => {
    const key = await createKey()
    const { refreshToken } = await login(sandbox, key)
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(sandbox, refreshToken, key)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(401)])
  })

  test('is of use only with the key and the client that the session began with, and is not lost when others try', async ({
    sandbox,
  }) => {
    const key = await createKey()
    const { refreshToken } = await login(sandbox, key)
    const stolen = await refresh(sandbox, refreshToken, await createKey())
    expect(stolen).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } })
    const others = { clientId: CROSS_DEVICE, grantType: 'refresh_token', refreshToken }
    expect(await createToken(sandbox, others, key)).toMatchObject({ status: 400, body: { error: 'INVALID_REQUEST' } })
    expect((await refresh(sandbox, refreshToken, key)).status).toBe(200)
  })
})

describe('a proof of possession', () => {
  const attempt = async (sandbox: Sandbox, claims: Json, header: Json = {}) => {
    const key = await createKey()
    const proof = await createProof(sandbox, key, claims, header)
    return createToken(sandbox, await getCode(sandbox), proof)
  }

  test.for<[name: string, claims: (sandbox: Sandbox) => Json, header: Json, problem: RegExp]>([
    ['another type', () => ({}), { typ: 'JWT' }, /dpop\+jwt/],
    ['no key', () => ({}), { jwk: undefined }, /key in its header/],
    ['another method', () => ({ htm: 'GET' }), {}, /htm/],
    ['another host', () => ({ htu: 'https://evil.example/v1/token' }), {}, /htu/],
    ['another path', ({ url }) => ({ htu: `${url}/token` }), {}, /htu/],
    ['no address', () => ({ htu: undefined }), {}, /htu/],
    ['no id', () => ({ jti: undefined }), {}, /jti/],
    ['no time', () => ({ iat: undefined }), {}, /fresh/],
    ['a time six minutes ago', ({ now }) => ({ iat: Math.floor(now / 1000) - 360 }), {}, /fresh/],
    ['a time in six minutes', ({ now }) => ({ iat: Math.floor(now / 1000) + 360 }), {}, /fresh/],
  ])('with %s is refused', async ([_name, claims, header, problem], { sandbox }) => {
    expect(await attempt(sandbox, claims(sandbox), header)).toEqual({
      status: 400,
      exception: 'ValidationException',
      body: { error: 'INVALID_REQUEST', message: expect.stringMatching(problem) },
    })
  })

  test('may be four minutes old, by the clock of the sandbox', async ({ sandbox }) => {
    sandbox.now += 1000 * HOUR_MS
    expect((await attempt(sandbox, { iat: Math.floor(sandbox.now / 1000) - 240 })).status).toBe(200)
  })

  test('is for the address that the client meant: the real one, one with a query, one with a doubled slash', async ({
    sandbox,
  }) => {
    for (const htu of [
      'https://us-east-1.signin.aws.amazon.com/v1/token',
      `${sandbox.url}/v1/token?x#y`,
      `${sandbox.url}//v1/token`,
    ])
      expect((await attempt(sandbox, { htu })).status).toBe(200)
  })

  test('is signed by the key in it, with a private key that stays out of it', async ({ sandbox }) => {
    const [key, other] = [await createKey(), await createKey()]
    const body = await getCode(sandbox)
    const swapped = await createProof(sandbox, key, {}, { jwk: other.jwk })
    const exposed = await createProof(sandbox, key, {}, { jwk: await exportJWK(key.privateKey) })
    const unsigned = `${Buffer.from('{"typ":"dpop+jwt","alg":"none"}').toString('base64url')}.e30.`
    const twice = `${await createProof(sandbox, key)}, ${await createProof(sandbox, key)}`
    for (const proof of [swapped, exposed, unsigned, twice, 'no token', undefined])
      expect((await createToken(sandbox, body, proof)).body).toMatchObject({ error: 'INVALID_REQUEST' })
    expect((await createToken(sandbox, body, key)).status).toBe(200)
  })

  test('is taken once', async ({ sandbox }) => {
    const key = await createKey()
    const proof = await createProof(sandbox, key)
    const first = await createToken(sandbox, await getCode(sandbox), proof)
    expect(first.status).toBe(200)
    const again = await refresh(sandbox, first.body['refreshToken'], proof)
    expect(again.body['message']).toMatch(/jti was used before/)
  })
})

test('the place login has a cache whose key and refresh token go together', async ({ sandbox }) => {
  const env = await sandbox.env('login')
  const name = createHash('sha256').update('arn:aws:iam::123456789012:user/demo').digest('hex')
  const cache = JSON.parse(await readFile(`${env['AWS_LOGIN_CACHE_DIRECTORY']}/${name}.json`, 'utf8'))
  expect(cache).toEqual({
    accessToken: { ...OUTPUT.accessToken, accountId: '123456789012', expiresAt: expect.stringMatching(/:\d\dZ$/) },
    tokenType: 'aws_sigv4',
    clientId: SAME_DEVICE,
    refreshToken: expect.any(String),
    idToken: expect.any(String),
    dpopKey: expect.stringMatching(/^-----BEGIN EC PRIVATE KEY-----/),
  })
  const pem = createPrivateKey(cache.dpopKey)
  const jwk = createPublicKey(pem).export({ format: 'jwk' }) as JWK
  const privateKey = await importPKCS8(pem.export({ type: 'pkcs8', format: 'pem' }).toString(), 'ES256')
  expect((await refresh(sandbox, cache.refreshToken, { privateKey, jwk })).status).toBe(200)
})
