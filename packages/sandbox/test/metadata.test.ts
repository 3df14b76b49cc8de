import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { fromInstanceMetadata } from '@aws-sdk/credential-providers'
import type { Sandbox } from '@rolecall/sandbox'
import { describe, expect, vi } from 'vitest'
import { HOUR_MS, test } from './sandbox-test.ts'
import { createClient } from './sts-client.ts'

const CREDENTIALS = '/latest/meta-data/iam/security-credentials/'
const TTL = 'x-aws-ec2-metadata-token-ttl-seconds'

const putToken = (sandbox: Sandbox, headers: Record<string, string> = { [TTL]: '60' }) =>
  fetch(`${sandbox.url}/latest/api/token`, { method: 'PUT', headers })

async function get(sandbox: Sandbox, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const token = await (await putToken(sandbox)).text()
  return fetch(sandbox.url + path, { headers: { 'x-aws-ec2-metadata-token': token, ...headers } })
}

test('a token comes with its time to live', async ({ sandbox }) => {
  const response = await putToken(sandbox, { [TTL]: '21600' })
  expect(response.status).toBe(200)
  expect(response.headers.get(TTL)).toBe('21600')
  expect(await response.text()).toMatch(/^[\w+/]{56}$/)
})

test.for(['', '0', '21601', '-1', 'soon', '1.5'])('a time to live of "%s" is refused', async (ttl, { sandbox }) => {
  expect((await putToken(sandbox, { [TTL]: ttl })).status).toBe(400)
})

test('no time to live is refused', async ({ sandbox }) => {
  expect((await putToken(sandbox, {})).status).toBe(400)
})

test('nothing is read without a token, nor with a wrong or expired one', async ({ sandbox }) => {
  const token = await (await putToken(sandbox)).text()
  const ask = async (headers: Record<string, string>) => (await fetch(sandbox.url + CREDENTIALS, { headers })).status
  expect(await ask({})).toBe(401)
  expect(await ask({ 'x-aws-ec2-metadata-token': 'wrong' })).toBe(401)
  expect(await ask({ 'x-aws-ec2-metadata-token': token })).toBe(200)
  sandbox.now += 60_000
  expect(await ask({ 'x-aws-ec2-metadata-token': token })).toBe(401)
})

test('a request that came through a proxy is refused', async ({ sandbox }) => {
  expect((await putToken(sandbox, { [TTL]: '60', 'x-forwarded-for': '10.0.0.1' })).status).toBe(403)
  expect((await get(sandbox, CREDENTIALS, { 'x-forwarded-for': '10.0.0.1' })).status).toBe(403)
})

test('a token is only to be PUT, and the rest only to be read', async ({ sandbox }) => {
  expect((await fetch(`${sandbox.url}/latest/api/token`)).status).toBe(405)
  expect((await fetch(sandbox.url + CREDENTIALS, { method: 'POST' })).status).toBe(405)
})

test.for([
  [CREDENTIALS, 'demo-ec2'],
  ['/latest/meta-data/iam/security-credentials', 'demo-ec2'],
  ['/latest/meta-data/iam/security-credentials-extended/', 'demo-ec2'],
  ['//latest//meta-data/placement/region', 'us-east-1'],
  ['/latest/meta-data/placement/availability-zone/', 'us-east-1a'],
  ['/latest/meta-data/instance-id', 'i-0a1b2c3d4e5f60718'],
] as const)('%s is %s', async ([path, text], { sandbox }) => {
  expect(await (await get(sandbox, path)).text()).toBe(text)
})

test.for(['/latest/meta-data/nothing', `${CREDENTIALS}another-role`, '/latest/user-data'])(
  'there is no %s',
  async (path, { sandbox }) => {
    expect((await get(sandbox, path)).status).toBe(404)
  },
)

test('the identity document names account and region', async ({ sandbox }) => {
  const response = await get(sandbox, '/latest/dynamic/instance-identity/document')
  expect(await response.json()).toMatchObject({ accountId: '123456789012', region: 'us-east-1' })
})

describe('credentials', () => {
  const read = async (sandbox: Sandbox, path = CREDENTIALS): Promise<Record<string, string>> =>
    (await (await get(sandbox, `${path}demo-ec2`)).json()) as Record<string, string>

  test('have the form that EC2 gives them, and the account on the extended path', async ({ sandbox }) => {
    const credentials = await read(sandbox)
    expect(credentials).toEqual({
      Code: 'Success',
      Type: 'AWS-HMAC',
      LastUpdated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      Token: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
    const extended = await read(sandbox, '/latest/meta-data/iam/security-credentials-extended/')
    expect(extended).toEqual({ ...credentials, AccountId: '123456789012' })
  })

  test('stay the same until half an hour before their end', async ({ sandbox }) => {
    const start = sandbox.now
    const first = await read(sandbox)
    expect(Date.parse(first['Expiration'] ?? '') - start).toBeGreaterThan(5.99 * HOUR_MS)
    sandbox.now = start + 5.4 * HOUR_MS
    expect((await read(sandbox))['AccessKeyId']).toBe(first['AccessKeyId'])
    sandbox.now = start + 5.6 * HOUR_MS
    const second = await read(sandbox)
    expect(second['AccessKeyId']).not.toBe(first['AccessKeyId'])
    expect(Date.parse(second['Expiration'] ?? '')).toBeGreaterThan(sandbox.now + 5.9 * HOUR_MS)
  })

  test('are taken by the AWS SDK, and let into STS', async ({ sandbox }) => {
    const env = await sandbox.env('ec2')
    expect(env['AWS_EC2_METADATA_SERVICE_ENDPOINT']).toBe(`${sandbox.url}/`)
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', env['AWS_EC2_METADATA_SERVICE_ENDPOINT'])
    const credentials = await fromInstanceMetadata({ timeout: 2000 })().finally(() => vi.unstubAllEnvs())
    const caller = await createClient(sandbox, credentials).send(new GetCallerIdentityCommand({}))
    expect(caller.Arn).toBe('arn:aws:sts::123456789012:assumed-role/demo-ec2/i-0a1b2c3d4e5f60718')
  })
})
