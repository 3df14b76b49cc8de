import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { describe, expect } from 'vitest'
import { HOUR_MS, test } from './sandbox-test.ts'
import { assumeRoleWithToken, readRefusal } from './sts-client.ts'

test('a token of the issuer opens the role that trusts it', async ({ sandbox }) => {
  const client = new STSClient({ region: 'us-east-1', endpoint: sandbox.url })
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: 'arn:aws:iam::123456789012:role/demo-web-identity',
    RoleSessionName: 'pod',
    WebIdentityToken: await sandbox.issueToken(),
  })
  expect(await client.send(command)).toMatchObject({
    AssumedRoleUser: { Arn: 'arn:aws:sts::123456789012:assumed-role/demo-web-identity/pod' },
    Audience: 'sts.amazonaws.com',
    Provider: `arn:aws:iam::123456789012:oidc-provider/${new URL(sandbox.url).host}`,
    SubjectFromWebIdentityToken: 'system:serviceaccount:default:demo',
    Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
  })
})

test('anyone can verify a token with the keys the issuer publishes', async ({ sandbox }) => {
  const configuration = await fetch(`${sandbox.url}/.well-known/openid-configuration`)
  const { issuer, jwks_uri } = (await configuration.json()) as { issuer: string; jwks_uri: string }
  const token = await sandbox.issueToken({ actor: 'ann' })
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), {
    issuer,
    audience: 'sts.amazonaws.com',
  })
  expect(issuer).toBe(sandbox.url)
  expect(payload).toMatchObject({ sub: 'system:serviceaccount:default:demo', actor: 'ann' })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
})

describe('a token that is not good is refused as AWS refuses it', () => {
  test.for<
    [name: string, code: string, claims: (url: string, now: number) => Record<string, unknown>, message: RegExp]
  >([
    ['another audience', 'InvalidIdentityToken', () => ({ aud: 'api' }), /^Incorrect token audience$/],
    ['no audience', 'InvalidIdentityToken', () => ({ aud: undefined }), /^Missing a required claim: aud$/],
    ['no subject', 'InvalidIdentityToken', () => ({ sub: undefined }), /^Missing a required claim: sub$/],
    [
      'an unknown issuer',
      'InvalidIdentityToken',
      () => ({ iss: 'https://issuer.example' }),
      /^No OpenIDConnect provider found in your account for https:\/\/issuer\.example$/,
    ],
    [
      'another subject than the role trusts',
      'AccessDenied',
      () => ({ sub: 'another' }),
      /^Not authorized to perform sts:AssumeRoleWithWebIdentity$/,
    ],
    [
      'expired six minutes ago',
      'ExpiredTokenException',
      (_url, now) => ({ exp: Math.floor(now / 1000) - 360 }),
      /^Token expired: current date\/time \d+ must be before the expiration date\/time \d+$/,
    ],
  ])('%s', async ([_name, code, claims, message], { sandbox }) => {
    const WebIdentityToken = await sandbox.issueToken(claims(sandbox.url, sandbox.now))
    const refusal = await readRefusal(assumeRoleWithToken(sandbox, { WebIdentityToken }))
    expect({ ...refusal, code: refusal.code.replace(/(?<=Token)Exception$/, '') }).toEqual({
      code: code.replace(/(?<=Token)Exception$/, ''),
      status: code === 'AccessDenied' ? 403 : 400,
      message: expect.stringMatching(message),
    })
  })

  test('signed by somebody else, with a key of theirs or a claim of ours', async ({ sandbox }) => {
    const { privateKey, publicKey } = await generateKeyPair('RS256')
    const [header = '', payload = ''] = (await sandbox.issueToken()).split('.')
    const { kid = '' } = JSON.parse(Buffer.from(header, 'base64url').toString())
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const forge = (protectedHeader: object) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', ...protectedHeader }).sign(privateKey)
    const forgeries: [token: string, message: RegExp][] = [
      [await forge({ kid }), /could not be validated/],
      [await forge({ kid: 'another' }), /^Couldn't retrieve verification key/],
      [await forge({ kid, jwk: await exportJWK(publicKey) }), /could not be validated/],
      [`${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`, /could not be validated/],
      ['ya29.access-token', /not a valid JWT/],
    ]
    for (const [WebIdentityToken, message] of forgeries) {
      const refusal = await readRefusal(assumeRoleWithToken(sandbox, { WebIdentityToken }))
      expect(refusal).toMatchObject({ status: 400, message: expect.stringMatching(message) })
      expect(refusal.code).toMatch(/^InvalidIdentityToken/)
    }
  })
})

test('a token is taken for five minutes after it expired', async ({ sandbox }) => {
  const WebIdentityToken = await sandbox.issueToken()
  sandbox.now += HOUR_MS + 4 * 60_000
  expect(await assumeRoleWithToken(sandbox, { WebIdentityToken })).toBeDefined()
  sandbox.now += 2 * 60_000
  expect((await readRefusal(assumeRoleWithToken(sandbox, { WebIdentityToken }))).code).toBe('ExpiredTokenException')
})

test('tags and the source identity come from claims, and the role has to allow them', async ({ sandbox }) => {
  const host = new URL(sandbox.url).host
  const trust = (Action: string[]) => ({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${host}` },
        Action,
        Condition: { StringLike: { [`${host}:sub`]: 'repo:acme/*' } },
      },
    ],
  })
  const plain = await sandbox.createRole({ name: 'plain', trustPolicy: trust(['sts:AssumeRoleWithWebIdentity']) })
  const rich = await sandbox.createRole({
    name: 'rich',
    trustPolicy: trust(['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity']),
  })
  const WebIdentityToken = await sandbox.issueToken({
    sub: 'repo:acme/app:ref:refs/heads/main',
    'https://aws.amazon.com/tags': { principal_tags: { team: ['blue'] }, transitive_tag_keys: ['team'] },
    'https://aws.amazon.com/source_identity': 'ann',
  })
  expect(await assumeRoleWithToken(sandbox, { RoleArn: rich.arn, WebIdentityToken })).toBeDefined()
  const refusal = await readRefusal(assumeRoleWithToken(sandbox, { RoleArn: plain.arn, WebIdentityToken }))
  expect(refusal.message).toBe('Not authorized to perform sts:TagSession')
})

test('a refusal never repeats the token', async ({ sandbox }) => {
  const WebIdentityToken = `${'x'.repeat(20_001)}SECRET`
  const { code, message } = await readRefusal(assumeRoleWithToken(sandbox, { WebIdentityToken }))
  expect(code).toBe('ValidationError')
  expect(message).toContain("'webIdentityToken'")
  expect(message).not.toContain('SECRET')
})
