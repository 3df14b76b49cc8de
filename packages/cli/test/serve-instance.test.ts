import { tmpdir } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { fromInstanceMetadata } from '@aws-sdk/credential-providers'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { ask, playSource, type Reply, type Served, sendRaw, serve, startServer } from './serve-world.ts'
import { SESSION } from './world.ts'

const REGION = { AWS_REGION: 'eu-west-1' }
const META_DATA = '/latest/meta-data'
const CREDENTIALS = `${META_DATA}/iam/security-credentials`

let served: Served
beforeAll(async () => {
  served = await startServer(['--imds'], { env: SESSION, home: tmpdir() })
})
afterAll(() => void served?.child.kill('SIGKILL'))

function put(served: Served, ttl?: string, headers: Record<string, string> = {}): Promise<Reply> {
  const all = { ...(ttl !== undefined && { 'x-aws-ec2-metadata-token-ttl-seconds': ttl }), ...headers }
  return ask(served, '/latest/api/token', { method: 'PUT', headers: all })
}

function get(served: Served, path: string, token: string): Promise<Reply> {
  return ask(served, path, { headers: { 'x-aws-ec2-metadata-token': token } })
}

test('as on an instance: the AWS SDK gets them with a token', async () => {
  const source = await playSource({})
  const { env } = await serve(['--imds'], { env: { ...source.env, ...REGION } })
  const endpoint = env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? ''
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  onTestFinished(() => void vi.unstubAllEnvs())
  vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', endpoint)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'false')
  expect(await fromInstanceMetadata()()).toMatchObject({ accessKeyId: 'ASIASESSION0001' })
})

test('its role has credentials, with the account where it is asked for', async () => {
  const source = await playSource({})
  const served = await serve(['--imds'], { env: { ...source.env, ...REGION } })
  const { status, headers, body: token } = await put(served, '21600')
  expect({ status, ttl: headers['x-aws-ec2-metadata-token-ttl-seconds'] }).toEqual({ status: 200, ttl: '21600' })

  for (const path of [`${CREDENTIALS}/`, CREDENTIALS, `/${CREDENTIALS}-extended/`])
    expect(await get(served, path, token)).toMatchObject({ status: 200, body: 'rolecall' })
  const keys = {
    Code: 'Success',
    LastUpdated: expect.stringMatching(/Z$/),
    Type: 'AWS-HMAC',
    AccessKeyId: 'ASIASESSION0001',
    SecretAccessKey: 'canary-secret/+value',
    Token: 'canary-token-1==',
    Expiration: expect.stringMatching(/Z$/),
  }
  expect((await get(served, `${CREDENTIALS}/rolecall`, token)).json).toEqual(keys)
  expect((await get(served, `${CREDENTIALS}-extended/rolecall`, token)).json).toEqual({
    ...keys,
    AccountId: '111122223333',
  })
  expect(await get(served, `${META_DATA}/placement/region`, token)).toMatchObject({ status: 200, body: 'eu-west-1' })
  expect(await get(served, `${CREDENTIALS}/other`, token)).toMatchObject({ status: 404 })
})

test('where the account is not known, it is left out', async () => {
  const { body: token } = await put(served, '60')
  expect((await get(served, `${CREDENTIALS}-extended/rolecall`, token)).json).not.toHaveProperty('AccountId')
})

test.each([['0'], ['21601'], ['abc'], ['-1'], ['1.5'], [''], [' '], ['999999999999'], [undefined]])(
  'a token that is to live %j seconds is refused',
  async (ttl) => {
    expect(await put(served, ttl)).toMatchObject({ status: 400 })
  },
)

test('a token is good for its time, for this server, and as it is', async () => {
  const other = await serve(['--imds'], { env: SESSION })
  const { body: short } = await put(served, '1')
  const { body: long } = await put(served, '60')
  const { body: foreign } = await put(other, '60')
  const statusWith = async (token: string) => (await get(served, `${CREDENTIALS}/rolecall`, token)).status
  expect(await statusWith(short)).toBe(200)
  await setTimeout(1_100)
  expect(await statusWith(short)).toBe(401)
  expect(await statusWith(long)).toBe(200)
  const forged = (long[0] === 'A' ? 'B' : 'A') + long.slice(1)
  for (const token of [foreign, forged, long.slice(0, -2), served.token, '', 'x'])
    expect(await statusWith(token)).toBe(401)
  expect((await ask(served, `${CREDENTIALS}/rolecall`, { headers: {} })).status).toBe(401)
  expect((await ask(served, '/', { headers: { authorization: long } })).status).toBe(401)
})

test('thousands of tokens push none out', async () => {
  const { body: token } = await put(served, '60')
  const request = `PUT /latest/api/token HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nX-aws-ec2-metadata-token-ttl-seconds: 60\r\n`
  const all = [...Array(1_999).fill(''), 'Connection: close\r\n'].map((last) => `${request}${last}\r\n`).join('')
  expect((await sendRaw(served.port, all)).match(/HTTP\/1\.1 200 OK/g)?.length).toBe(2_000)
  expect(await get(served, `${CREDENTIALS}/rolecall`, token)).toMatchObject({ status: 200 })
})

test.each([
  ['a proxy', { 'x-forwarded-for': '10.0.0.1' }],
  ['a web page', { origin: 'http://evil.example' }],
  ['a web page that has rebound its name', { host: 'evil.example' }],
])('%s gets no token', async (_name, headers) => {
  expect(await put(served, '60', headers)).toMatchObject({ status: 403 })
})
