import { access } from 'node:fs/promises'
import { inspect } from 'node:util'
import { type Place, startSandbox } from '@rolecall/sandbox'
import { describe, expect } from 'vitest'
import { DEMO_ROLE, test } from './sandbox-test.ts'
import { signIn } from './sso-client.ts'
import { assumeRole, assumeRoleWithToken, readRefusal, readUserKeys } from './sts-client.ts'

const PLACES: readonly Place[] = ['keys', 'web-identity', 'ecs', 'eks', 'ec2', 'sso', 'login']

describe('places', () => {
  test('each gives the variables that a process there has', async ({ sandbox }) => {
    const names = await Promise.all(PLACES.map(async (place) => [place, Object.keys(await sandbox.env(place)).sort()]))
    const files = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']
    const common = ['AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL_STS', 'AWS_REGION', ...files]
    const endpoints = ['AWS_ENDPOINT_URL_SIGNIN', 'AWS_ENDPOINT_URL_SSO', 'AWS_ENDPOINT_URL_SSO_OIDC']
    const signedIn = [...endpoints, 'AWS_PROFILE', 'HOME']
    expect(Object.fromEntries(names)).toEqual({
      keys: ['AWS_ACCESS_KEY_ID', ...common, 'AWS_SECRET_ACCESS_KEY'].sort(),
      'web-identity': [...common, 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'].sort(),
      ecs: ['AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', ...common].sort(),
      eks: ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', ...common].sort(),
      ec2: ['AWS_EC2_METADATA_DISABLED', 'AWS_EC2_METADATA_SERVICE_ENDPOINT', 'AWS_ENDPOINT_URL_STS', ...files].sort(),
      sso: [...common, ...signedIn].sort(),
      login: [...common, ...signedIn, 'AWS_LOGIN_CACHE_DIRECTORY'].sort(),
    })
  })

  test('one that is not known is an error that names those that are', async ({ sandbox }) => {
    await expect(sandbox.env('moon' as Place)).rejects.toThrow(/no place moon: it is one of keys, web-identity, ecs/)
  })
})

describe('options', () => {
  test('account and region show in everything', async () => {
    const sandbox = await startSandbox({ accountId: '210987654321', region: 'eu-central-1' })
    const env = await sandbox.env('web-identity')
    expect(env).toMatchObject({
      AWS_REGION: 'eu-central-1',
      AWS_ROLE_ARN: 'arn:aws:iam::210987654321:role/demo-web-identity',
    })
    await sandbox.stop()
  })

  test('a port can be asked for, and a taken one is an error', async ({ sandbox }) => {
    const port = Number(new URL(sandbox.url).port)
    await expect(startSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await sandbox.stop()
    const next = await startSandbox({ port })
    expect(next.url).toBe(sandbox.url)
    await next.stop()
  })

  test('the roles of Identity Center have the region in their path, and names of their own', async () => {
    const sandbox = await startSandbox({ region: 'eu-central-1' })
    const { token } = await signIn(sandbox)
    const headers = { 'x-amz-sso_bearer_token': String(token['accessToken']) }
    await fetch(`${sandbox.url}/federation/credentials?role_name=Admin&account_id=123456789012`, { headers })
    const { roleArn = '' } = sandbox.calls.at(-1) ?? {}
    expect(roleArn).toMatch(/:role\/aws-reserved\/sso\.amazonaws\.com\/eu-central-1\/AWSReservedSSO_Admin_[\da-f]{16}$/)
    const name = roleArn.split('/').at(-1) ?? ''
    const trustPolicy = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] }
    await expect(sandbox.createRole({ name, trustPolicy })).rejects.toThrow('There is a role AWSReservedSSO_Admin_')
    await sandbox.stop()
  })

  test.for([{ accountId: '12' }, { region: 'us-east-1/x' }])('%o is refused', async (options) => {
    await expect(startSandbox(options)).rejects.toThrow(TypeError)
  })
})

describe('roles and users', () => {
  const trustPolicy = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] }

  test('a role is changed by nobody who still holds its policy', async ({ sandbox }) => {
    const policy = structuredClone(trustPolicy)
    const { arn } = await sandbox.createRole({ name: 'open', trustPolicy: policy })
    policy.Statement.length = 0
    expect(await assumeRole(sandbox, await readUserKeys(sandbox), { RoleArn: arn })).toBeDefined()
  })

  test.for<[name: string, trustPolicy: object]>([
    ['no object', []],
    ['no statement', {}],
    ['an empty list of statements', { Statement: [] }],
    ['a statement that is text', { Statement: ['x'] }],
    ['no effect', { Statement: [{ Principal: '*', Action: '*' }] }],
    ['no principal', { Statement: [{ Effect: 'Allow', Action: '*' }] }],
    ['no action', { Statement: [{ Effect: 'Allow', Principal: '*' }] }],
    ['a resource', { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] }],
  ])('a trust policy with %s is refused', async ([_name, trustPolicy], { sandbox }) => {
    await expect(sandbox.createRole({ name: 'x', trustPolicy })).rejects.toThrow(/^MalformedPolicyDocument: /)
  })

  test('names and durations that IAM would refuse are refused', async ({ sandbox }) => {
    await expect(sandbox.createRole({ name: 'a/b', trustPolicy })).rejects.toThrow(TypeError)
    await expect(sandbox.createRole({ name: 'x', trustPolicy, maxSessionDurationSeconds: 3599 })).rejects.toThrow(
      RangeError,
    )
    await expect(sandbox.createRole({ name: 'demo', trustPolicy })).rejects.toThrow('There is a role demo already')
    await expect(sandbox.createUser('')).rejects.toThrow(TypeError)
    await expect(sandbox.createUser('demo')).rejects.toThrow('There is a user demo already')
  })
})

describe('the record of calls', () => {
  test('says which service did what, for whom, when, and how it ended', async ({ sandbox }) => {
    const keys = await readUserKeys(sandbox)
    const start = sandbox.now
    await assumeRole(sandbox, keys, { RoleArn: DEMO_ROLE })
    await readRefusal(assumeRoleWithToken(sandbox, { WebIdentityToken: await sandbox.issueToken({ aud: 'x' }) }))
    expect(sandbox.calls).toEqual([
      {
        service: 'sts',
        operation: 'AssumeRole',
        accessKeyId: keys.accessKeyId,
        roleArn: DEMO_ROLE,
        at: expect.any(Date),
        outcome: 'ok',
      },
      {
        service: 'sts',
        operation: 'AssumeRoleWithWebIdentity',
        roleArn: 'arn:aws:iam::123456789012:role/demo-web-identity',
        at: expect.any(Date),
        outcome: 'InvalidIdentityToken',
      },
    ])
    expect(sandbox.calls[0]?.at.getTime()).toBeGreaterThanOrEqual(start)
  })

  test('and everything else one can print hold no secret', async ({ sandbox }) => {
    const secrets: string[] = []
    for (const place of PLACES) {
      const env = await sandbox.env(place)
      const uri = env['AWS_CONTAINER_CREDENTIALS_FULL_URI']
      const authorization = env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? ''
      if (uri && authorization) await fetch(uri, { headers: { authorization } })
      secrets.push(env['AWS_SECRET_ACCESS_KEY'] ?? '', authorization)
    }
    const { client, token } = await signIn(sandbox)
    secrets.push(client.clientSecret, String(token['accessToken']), String(token['refreshToken']))
    const { secretAccessKey, sessionToken = '' } = await assumeRole(sandbox, await readUserKeys(sandbox), {
      RoleArn: DEMO_ROLE,
    })
    const shown = inspect(sandbox, { depth: null, showHidden: true, getters: true }) + JSON.stringify(sandbox)
    expect(shown).toContain('AssumeRole')
    for (const secret of [...secrets, secretAccessKey, sessionToken].filter((text) => text !== ''))
      expect(shown).not.toContain(secret)
  })
})

describe('the end', () => {
  test('waits for nobody and leaves no file', async () => {
    const sandbox = await startSandbox()
    const files = [
      (await sandbox.env('web-identity'))['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '',
      (await sandbox.env('eks'))['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '',
      (await sandbox.env('sso'))['AWS_CONFIG_FILE'] ?? '',
      (await sandbox.env('login'))['AWS_CONFIG_FILE'] ?? '',
    ]
    sandbox.fault({ service: 'oidc', delayMs: 60_000 })
    const waiting = fetch(`${sandbox.url}/.well-known/jwks.json`).catch((error: unknown) => error)
    await expect.poll(() => sandbox.calls.length).toBe(1)
    await sandbox.stop()
    expect(await waiting).toBeInstanceOf(TypeError)
    for (const file of files) await expect(access(file)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(fetch(sandbox.url)).rejects.toThrow()
    await sandbox.stop()
  })
})

test('an address that is nobody’s is not found, and the clock is in every answer', async ({ sandbox }) => {
  sandbox.now = Date.UTC(2031, 4, 6, 7, 8, 9)
  const response = await fetch(`${sandbox.url}/nothing`)
  expect(response.status).toBe(404)
  expect(response.headers.get('date')).toMatch(/^Tue, 06 May 2031 07:08:\d\d GMT$/)
})

test('a time that is none is an error', ({ sandbox }) => {
  expect(() => {
    sandbox.now = Number.NaN
  }).toThrow(TypeError)
})
