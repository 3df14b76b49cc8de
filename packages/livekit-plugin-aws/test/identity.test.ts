import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCredentials } from '@rolecall/credentials'
import { startSandbox } from '@rolecall/sandbox'
import { expect, onTestFinished, test } from 'vitest'
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

const PROFILES = '[default]\nregion = eu-west-1\n[profile voice]\nregion = eu-west-2\n'

test.each<[string, Record<string, string>, AwsOptions, string]>([
  ['the option', { AWS_REGION: 'us-west-1' }, { region: 'us-east-2' }, 'us-east-2'],
  ['AWS_REGION', { AWS_REGION: 'us-west-1', AWS_DEFAULT_REGION: 'us-west-2' }, {}, 'us-west-1'],
  ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'us-west-2' }, {}, 'us-west-2'],
  ['the default profile', {}, {}, 'eu-west-1'],
  ['the profile that was named', {}, { profile: 'voice' }, 'eu-west-2'],
  ['the profile, for keys that were given', {}, { credentials: KEYS, profile: 'voice' }, 'eu-west-2'],
  ['the variable, for what gives keys', { AWS_REGION: 'us-west-1' }, { credentials: async () => KEYS }, 'us-west-1'],
  [
    'the variable, for a source',
    { AWS_REGION: 'us-west-1' },
    { credentials: createCredentials({ region: 'x-y-1' }) },
    'us-west-1',
  ],
])('the region is that of %s', async (_, variables, options, region) => {
  setVariables({ ...configFile(PROFILES), ...variables })
  expect(await identityOf(options).region()).toBe(region)
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
  expect(await identityOf({ credentials: async () => KEYS }).origin(KEYS)).not.toContain(KEYS.secretAccessKey)
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
