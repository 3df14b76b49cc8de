import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { CredentialsError, createCredentials } from '@rolecall/credentials'
import { startSandbox } from '@rolecall/sandbox'
import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../src/aws/connection.ts'
import { identityOf } from '../src/aws/identity.ts'
import type { AwsOptions, CredentialProvider } from '../src/aws/options.ts'
import { setVariables } from './variables.ts'

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'the-secret' }
const IN_VARIABLES = { AWS_ACCESS_KEY_ID: 'AKIAFROMVARIABLES000', AWS_SECRET_ACCESS_KEY: 's' }

function configFile(text: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'config'), text)
  return { AWS_CONFIG_FILE: join(folder, 'config') }
}

const ABOVE = { roleArn: 'arn:aws:iam::123456789012:role/voice' }
const SOURCE = createCredentials({ credentials: KEYS, region: 'eu-north-1' })
const TOLD_NONE = createCredentials({ credentials: KEYS })
const PROFILES = '[default]\nregion = eu-west-1\n[profile voice]\nregion = eu-west-2\n'

test.each<[string, Record<string, string>, AwsOptions, string]>([
  ['the option', { AWS_REGION: 'us-west-1' }, { region: 'us-east-2' }, 'us-east-2'],
  ['AWS_REGION', { AWS_REGION: 'us-west-1', AWS_DEFAULT_REGION: 'us-west-2' }, {}, 'us-west-1'],
  ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'us-west-2' }, {}, 'us-west-2'],
  ['the default profile', {}, {}, 'eu-west-1'],
  ['the profile that was named', {}, { profile: 'voice' }, 'eu-west-2'],
  ['the profile, for keys that were given', {}, { credentials: KEYS, profile: 'voice' }, 'eu-west-2'],
  ['the variable, for what gives keys', { AWS_REGION: 'us-west-1' }, { credentials: async () => KEYS }, 'us-west-1'],
  ['the source, without a variable', {}, { credentials: SOURCE }, 'eu-north-1'],
  ['the source, over the variable', { AWS_REGION: 'us-west-1' }, { credentials: SOURCE }, 'eu-north-1'],
  ['the source, below a role', { AWS_REGION: 'us-west-1' }, { credentials: SOURCE, role: ABOVE }, 'eu-north-1'],
  [
    'the variable, for a source that was told none',
    { AWS_REGION: 'us-west-1' },
    { credentials: TOLD_NONE },
    'us-west-1',
  ],
  ['the option, over the source', {}, { credentials: SOURCE, region: 'us-east-2' }, 'us-east-2'],
  [
    'the option, over the source below a role',
    {},
    { credentials: SOURCE, role: ABOVE, region: 'us-east-2' },
    'us-east-2',
  ],
  ['the profile that was named, over the source', {}, { credentials: SOURCE, profile: 'voice' }, 'eu-west-2'],
])('the region is that of %s', async (_, variables, options, region) => {
  setVariables({ ...configFile(PROFILES), ...variables })
  expect(await identityOf(options).region()).toBe(region)
})

test('a role over a source is asked for where the source is', async () => {
  let scope: string | undefined
  const sts = createServer((request, response) => {
    scope = request.headers.authorization
    response.writeHead(403).end()
  })
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void sts.close())
  const { port } = sts.address() as AddressInfo
  setVariables({ AWS_REGION: 'us-west-1', AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` })
  await expect(identityOf({ credentials: SOURCE, role: ABOVE }).keys()).rejects.toMatchObject({
    code: 'SOURCE_REFUSED',
  })
  expect(scope).toContain('/eu-north-1/sts/')
})

test('a source without a region still gives keys', async () => {
  setVariables({})
  const identity = identityOf({ credentials: TOLD_NONE })
  expect(await identity.keys()).toMatchObject(KEYS)
  await expect(identity.region()).rejects.toMatchObject({ code: 'REGION_MISSING' })
})

test('no region is an error, and none is guessed', async () => {
  setVariables({})
  await expect(identityOf({}).region()).rejects.toMatchObject({ code: 'REGION_MISSING' })
})

test('keys are found where the code runs', async () => {
  setVariables(IN_VARIABLES)
  const identity = identityOf({})
  expect(identity.given).toBe(false)
  expect(await identity.keys()).toMatchObject({ accessKeyId: 'AKIAFROMVARIABLES000', source: 'env' })
})

test('keys that were given go over variables', async () => {
  setVariables(IN_VARIABLES)
  const identity = identityOf({ credentials: KEYS })
  expect(identity.given).toBe(true)
  expect(await identity.keys()).toMatchObject(KEYS)
})

test('nothing at all is an error that says what was looked at', async () => {
  setVariables({})
  const error = await identityOf({})
    .keys()
    .catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'NO_CREDENTIALS' })
  expect(String(error)).toContain('AWS_ACCESS_KEY_ID')
})

test('the same options in the same environment are one caller', () => {
  setVariables(IN_VARIABLES)
  expect(identityOf({ region: 'us-east-1' })).toBe(identityOf({ region: 'us-east-1' }))
  expect(identityOf({ region: 'us-east-1' })).not.toBe(identityOf({ region: 'us-east-2' }))
  const before = identityOf({})
  setVariables({ ...IN_VARIABLES, AWS_PROFILE: 'another' })
  expect(identityOf({})).not.toBe(before)
})

test('a plain function is asked once for keys that last, and told when they were refused', async () => {
  setVariables({ AWS_REGION: 'us-east-1' })
  const asked: unknown[] = []
  const credentials: CredentialProvider = async (request) => {
    asked.push(request)
    return { accessKeyId: `ASIA${asked.length}`, secretAccessKey: 's', sessionToken: 't' }
  }
  const identity = identityOf({ credentials })
  const keys = await identity.keys()
  await identity.keys()
  expect(await identity.renewed(keys)).toMatchObject({ accessKeyId: 'ASIA2' })
  expect(await identity.renewed(keys)).toMatchObject({ accessKeyId: 'ASIA2' })
  expect(asked).toEqual([{}, { forceRefresh: true }])
})

test('a source that has a memory of its own is asked each time, and has its keys invalidated', async () => {
  setVariables({ AWS_REGION: 'us-east-1' })
  const calls: unknown[] = []
  const credentials = Object.assign(
    async (request: unknown) => {
      calls.push(request)
      return KEYS
    },
    { invalidate: (keyId: string) => calls.push(keyId) },
  )
  const identity = identityOf({ credentials })
  const keys = await identity.keys(60_000)
  await identity.renewed(keys)
  expect(calls).toEqual([{ minValidityMs: 60_000 }, KEYS.accessKeyId, undefined])
})

class CredentialsProviderError extends Error {
  override readonly name = 'CredentialsProviderError'
}
const failing = (error: unknown) => async (): Promise<never> => {
  throw error
}
const giving = (keys: unknown) => async () => keys as typeof KEYS
const failed = (name: string): string =>
  `credentials: the function that was to give keys failed (${name}). Call it by itself where the agent runs, to see what it says.`
const LOCKED = new Error('my vault is sealed: the-secret')
const PAIRLESS =
  'credentials: the function that was to give keys gave no pair of them. Let it return accessKeyId and secretAccessKey.'

describe.each<[string, (credentials: CredentialProvider) => AwsOptions]>([
  ['a plain function', (credentials) => ({ credentials })],
  ['a function below a role', (credentials) => ({ credentials, role: ABOVE })],
  ['a source', (credentials) => ({ credentials: Object.assign(credentials, { invalidate() {} }) })],
])('%s', (_, options) => {
  test.each<[string, CredentialProvider, string, string]>([
    [
      'finds none',
      failing(new CredentialsProviderError('the-secret')),
      'SOURCE_REFUSED',
      failed('CredentialsProviderError'),
    ],
    ['throws', failing(LOCKED), 'SOURCE_REFUSED', failed('Error')],
    ['misses a file', failing(Object.assign(new Error(), { code: 'ENOENT' })), 'SOURCE_REFUSED', failed('ENOENT')],
    ['throws no error', failing(undefined), 'SOURCE_REFUSED', failed('Error')],
    ['has an error with a text for its name', failing({ name: 'the-secret is' }), 'SOURCE_REFUSED', failed('Error')],
    ['gives nothing', giving(undefined), 'KEYS_INCOMPLETE', PAIRLESS],
    ['gives half a pair', giving({ secretAccessKey: 'the-secret' }), 'KEYS_INCOMPLETE', PAIRLESS],
    [
      'does not reach its vault',
      failing(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })),
      'SOURCE_UNREACHABLE',
      failed('TypeError'),
    ],
    [
      'waits too long for its vault',
      failing(
        new TypeError('fetch failed', { cause: { name: 'ConnectTimeoutError', code: 'UND_ERR_CONNECT_TIMEOUT' } }),
      ),
      'SOURCE_UNREACHABLE',
      failed('TypeError'),
    ],
    [
      'is told to come later',
      failing(Object.assign(new Error(), { name: 'ThrottlingException' })),
      'SOURCE_UNREACHABLE',
      failed('ThrottlingException'),
    ],
  ])('that %s is a failure of credentials', async (_, credentials, code, message) => {
    setVariables({ AWS_REGION: 'us-east-1' })
    const error = await identityOf(options(credentials))
      .keys()
      .catch((error: unknown) => error)
    expect(error).toMatchObject({ name: 'CredentialsError', code, message })
    expect(inspect(error)).not.toContain('the-secret')
  })

  test('that fails as the library does fails so', async () => {
    setVariables({ AWS_REGION: 'us-east-1' })
    const error = new CredentialsError('no answer', { code: 'TIMEOUT', source: 'vault', remedy: 'Wait' })
    await expect(identityOf(options(failing(error))).keys()).rejects.toBe(error)
  })
})

test('a device whose code is not to be had is a failure of credentials', async () => {
  setVariables({ ...IN_VARIABLES, AWS_REGION: 'us-east-1' })
  const role = { ...ABOVE, mfaSerial: 'arn:aws:iam::123456789012:mfa/me', mfaCode: failing(LOCKED) }
  await expect(identityOf({ role }).keys()).rejects.toMatchObject({ code: 'SOURCE_REFUSED' })
})

test('with the shared store, a session is one for all processes of the machine', async () => {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.stop())
  const home = mkdtempSync(join(tmpdir(), 'rolecall-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
  const variables = { ...(await sandbox.env('keys')), HOME: home, AWS_REGION: 'us-east-1' }
  const { arn: roleArn } = await sandbox.createRole({
    name: 'voice',
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' }],
    },
  })
  const role = { roleArn, sessionName: 'agent' }
  for (const process of ['one', 'two']) {
    setVariables({ ...variables, AWS_EXECUTION_ENV: process })
    await identityOf({ role, store: 'shared' }).keys()
  }
  expect(sandbox.calls.filter(({ operation }) => operation === 'AssumeRole')).toHaveLength(1)
})

test('where keys come from is said in words without the secret', async () => {
  setVariables({ ...IN_VARIABLES, AWS_REGION: 'us-east-1' })
  const identity = identityOf({})
  const words = await identity.origin(await identity.keys())
  expect(words).toMatch(/^The request was signed with AKIA…S000 from env \(AWS_ACCESS_KEY_ID /)
  const ofFunction = identityOf({
    credentials: async () => ({ ...KEYS, expiration: new Date(Date.now() + 3_600_000) }),
  })
  expect(await ofFunction.origin(await ofFunction.keys())).toBe(
    'The request was signed with AKIA…MPLE from credentials',
  )
})

test.each([
  ['https://vpce-1.polly.us-east-1.vpce.amazonaws.com', true],
  ['http://127.0.0.1:4566', true],
  ['http://localhost:4566', true],
  ['http://[::1]:4566', true],
  ['http://polly.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['ftp://127.0.0.1', false],
  ['polly', false],
])('endpoint %s: %s', (endpoint, isGood) => {
  const attempt = (): unknown => connect({ region: 'us-east-1', credentials: KEYS, endpoint })
  if (isGood) expect(attempt).not.toThrow()
  else expect(attempt).toThrow('endpoint is an https URL, or an http one on loopback')
})
