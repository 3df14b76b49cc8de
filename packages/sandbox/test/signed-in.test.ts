import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { fromLoginCredentials, fromSSO } from '@aws-sdk/credential-providers'
import type { Environment, Sandbox } from '@rolecall/sandbox'
import { afterEach, describe, expect, vi } from 'vitest'
import { HOUR_MS, test } from './sandbox-test.ts'
import { createClient, type Keys } from './sts-client.ts'

afterEach(() => vi.unstubAllEnvs())

async function enter(sandbox: Sandbox, place: 'sso' | 'login'): Promise<Environment> {
  const env = await sandbox.env(place)
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  return env
}

const hash = (algorithm: 'sha1' | 'sha256', text: string) => createHash(algorithm).update(text).digest('hex')
const whoIs = async (sandbox: Sandbox, keys: Keys) =>
  (await createClient(sandbox, keys).send(new GetCallerIdentityCommand({}))).Arn
const listCalls = (sandbox: Sandbox) =>
  sandbox.calls.map(({ service, operation, outcome }) => `${service} ${operation} ${outcome}`)

async function change(file: string, edit: (cache: Record<string, unknown>) => void): Promise<Record<string, unknown>> {
  const cache = JSON.parse(await readFile(file, 'utf8'))
  edit(cache)
  await writeFile(file, JSON.stringify(cache))
  return cache
}

describe('someone who has signed in with Identity Center', () => {
  const getCache = (env: Environment, key = 'sandbox') =>
    join(env['HOME'] ?? '', '.aws/sso/cache', `${hash('sha1', key)}.json`)

  test.for([
    ['sso', 'ReadOnly'],
    ['sso-admin', 'Admin'],
    ['sso-legacy', 'ReadOnly'],
  ] as const)('is let in by the AWS SDK with the profile %s', async ([profile, role], { sandbox }) => {
    await enter(sandbox, 'sso')
    const credentials = await fromSSO({ profile })()
    expect(await whoIs(sandbox, credentials)).toMatch(
      new RegExp(`assumed-role/AWSReservedSSO_${role}_[\\da-f]{16}/demo$`),
    )
    expect(credentials.expiration?.getTime()).toBeGreaterThan(Date.now() + 0.9 * HOUR_MS)
    expect(listCalls(sandbox)).toEqual(['sso GetRoleCredentials ok', 'sts GetCallerIdentity ok'])
  })

  test('has files that only they can read', async ({ sandbox }) => {
    const env = await enter(sandbox, 'sso')
    for (const file of [env['AWS_CONFIG_FILE'] ?? '', getCache(env), getCache(env, `${sandbox.url}/start`)]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect((await stat(dirname(file))).mode & 0o777).toBe(0o700)
    }
    expect((await stat(env['HOME'] ?? '')).mode & 0o777).toBe(0o700)
  })

  test('has a token that the AWS SDK refreshes, and a new one in its place', async ({ sandbox }) => {
    const env = await enter(sandbox, 'sso')
    const before = await change(getCache(env), (cache) => {
      cache['expiresAt'] = new Date(Date.now() - 1000).toISOString()
    })
    expect(await whoIs(sandbox, await fromSSO()())).toContain('AWSReservedSSO_ReadOnly_')
    const after = JSON.parse(await readFile(getCache(env), 'utf8'))
    expect(after.refreshToken).not.toBe(before['refreshToken'])
    expect(Date.parse(after.expiresAt)).toBeGreaterThan(Date.now() + 0.9 * HOUR_MS)
    expect(listCalls(sandbox)).toEqual([
      'sso-oidc CreateToken ok',
      'sso GetRoleCredentials ok',
      'sts GetCallerIdentity ok',
    ])
  })

  test('is told by the AWS SDK when the session is over', async ({ sandbox }) => {
    await enter(sandbox, 'sso')
    sandbox.now += 9 * HOUR_MS
    await expect(fromSSO({ profile: 'sso-legacy' })()).rejects.toThrow('Session token not found or invalid')
    expect(sandbox.calls.at(-1)).toMatchObject({ operation: 'GetRoleCredentials', outcome: 'UnauthorizedException' })
  })
})

describe('someone who has signed in with aws login', () => {
  const getCache = (env: Environment) =>
    join(env['AWS_LOGIN_CACHE_DIRECTORY'] ?? '', `${hash('sha256', 'arn:aws:iam::123456789012:user/demo')}.json`)
  const expire = (env: Environment) =>
    change(getCache(env), (cache) => {
      cache['accessToken'] = { ...(cache['accessToken'] as object), expiresAt: new Date().toISOString() }
    })

  test('is let in by the AWS SDK', async ({ sandbox }) => {
    await enter(sandbox, 'login')
    const credentials = await fromLoginCredentials()()
    expect(credentials.accountId).toBe('123456789012')
    expect(await whoIs(sandbox, credentials)).toBe('arn:aws:iam::123456789012:user/demo')
    expect(listCalls(sandbox)).toEqual(['sts GetCallerIdentity ok'])
  })

  test('has credentials that the AWS SDK refreshes, as often as it takes', async ({ sandbox }) => {
    const env = await enter(sandbox, 'login')
    const before = await expire(env)
    const first = await fromLoginCredentials()()
    await expire(env)
    const second = await fromLoginCredentials()()
    const after = JSON.parse(await readFile(getCache(env), 'utf8'))
    expect(await whoIs(sandbox, second)).toBe('arn:aws:iam::123456789012:user/demo')
    expect(second.accessKeyId).not.toBe(first.accessKeyId)
    expect(after.refreshToken).not.toBe(before['refreshToken'])
    expect(sandbox.calls[0]).toMatchObject({ operation: 'CreateOAuth2Token', accessKeyId: first.accessKeyId })
    expect(listCalls(sandbox).slice(0, 2)).toEqual(['signin CreateOAuth2Token ok', 'signin CreateOAuth2Token ok'])
  })

  test.for([
    ['TOKEN_EXPIRED', /session has expired/],
    ['USER_CREDENTIALS_CHANGED', /change in your password/],
    ['INSUFFICIENT_PERMISSIONS', /insufficient permissions/],
  ] as const)('is told by the AWS SDK why not: %s', async ([errorCode, message], { sandbox }) => {
    await expire(await enter(sandbox, 'login'))
    sandbox.fault({ service: 'signin', errorCode })
    await expect(fromLoginCredentials()()).rejects.toThrow(message)
  })

  test('cannot use a refresh token twice', async ({ sandbox }) => {
    const env = await enter(sandbox, 'login')
    const used = JSON.stringify(await expire(env))
    await fromLoginCredentials()()
    await writeFile(getCache(env), used)
    await expect(fromLoginCredentials()()).rejects.toThrow(/session has expired/)
  })
})
