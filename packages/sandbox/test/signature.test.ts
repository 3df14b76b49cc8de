import { createHash } from 'node:crypto'
import { createCredentials, nodeHost } from '@rolecall/credentials'
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { Sha256Node } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { AwsClient } from 'aws4fetch'
import { describe, expect, onTestFinished } from 'vitest'
import { HOUR_MS, test } from './sandbox-test.ts'
import { type Keys, readUserKeys } from './sts-client.ts'

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const createAws = (keys: Keys, service = 'sts') => new AwsClient({ ...keys, service, region: 'eu-west-1', retries: 0 })
const sign = (url: string, keys: Keys, service?: string) =>
  createAws(keys, service).sign(url, { method: 'POST', body: BODY, headers: FORM })
const readCode = async (response: Response): Promise<string> =>
  /<Code>(\w+)/.exec(await response.text())?.[1] ?? `HTTP ${response.status}`

test('aws4fetch, which signs fewer headers, gets in by POST and by GET', async ({ sandbox }) => {
  const aws = createAws(await readUserKeys(sandbox))
  const post = await aws.fetch(sandbox.url, { method: 'POST', body: BODY, headers: FORM })
  expect(await post.text()).toContain('<Arn>arn:aws:iam::123456789012:user/demo</Arn>')
  const get = await aws.fetch(`${sandbox.url}/?Version=2011-06-15&Action=GetCallerIdentity`)
  expect(await get.text()).toContain('<Arn>arn:aws:iam::123456789012:user/demo</Arn>')
})

test('a signature over a hash of the body is good only for that body', async ({ sandbox }) => {
  const hash = createHash('sha256').update(BODY).digest('hex')
  const init = { method: 'POST', body: BODY, headers: { ...FORM, 'x-amz-content-sha256': hash } }
  const { headers } = await createAws(await readUserKeys(sandbox)).sign(sandbox.url, init)
  expect((await fetch(sandbox.url, { method: 'POST', body: BODY, headers })).status).toBe(200)
  const other = await fetch(sandbox.url, { method: 'POST', body: `${BODY}&More=1`, headers })
  expect(await readCode(other)).toBe('SignatureDoesNotMatch')
})

describe('what was changed after signing is noticed', () => {
  test.for<
    [name: string, change: (request: Request) => { url?: string; body?: string; headers?: Record<string, string> }]
  >([
    ['the body', () => ({ body: `${BODY}&DurationSeconds=1` })],
    ['the query', ({ url }) => ({ url: `${url}?Action=GetSessionToken` })],
    [
      'the date',
      () => ({ headers: { 'x-amz-date': new Date(Date.now() + 60_000).toISOString().replace(/[:-]|\.\d{3}/g, '') } }),
    ],
    [
      'the signature',
      ({ headers }) => ({
        headers: {
          authorization: (headers.get('authorization') ?? '').replace(/.$/, (last) => (last === '0' ? '1' : '0')),
        },
      }),
    ],
  ])('%s', async ([_name, change], { sandbox }) => {
    const signed = await sign(sandbox.url, await readUserKeys(sandbox))
    const { url = signed.url, body = BODY, headers = {} } = change(signed)
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { ...Object.fromEntries(signed.headers), ...headers },
    })
    expect(await readCode(response)).toBe('SignatureDoesNotMatch')
  })
})

test('a signature for another service is refused', async ({ sandbox }) => {
  expect(await readCode(await fetch(await sign(sandbox.url, await readUserKeys(sandbox), 'iam')))).toBe(
    'SignatureDoesNotMatch',
  )
})

test.for([
  ['another algorithm', 'AWS4-ECDSA-P256-SHA256 Credential=a/b/c/sts/aws4_request, SignedHeaders=host, Signature=0'],
  ['half a credential', 'AWS4-HMAC-SHA256 Credential=AKIA, SignedHeaders=host, Signature=0'],
  ['no signature', 'AWS4-HMAC-SHA256 Credential=a/b/c/sts/aws4_request, SignedHeaders=host'],
  ['no date', 'AWS4-HMAC-SHA256 Credential=a/b/c/sts/aws4_request, SignedHeaders=host, Signature=0'],
])('%s is an incomplete signature', async ([_name, authorization = ''], { sandbox }) => {
  const response = await fetch(sandbox.url, { method: 'POST', body: BODY, headers: { ...FORM, authorization } })
  expect(await readCode(response)).toBe('IncompleteSignature')
})

test('a presigned GetCallerIdentity, as aws eks get-token makes it, is good for its time', async ({ sandbox }) => {
  const credentials = await readUserKeys(sandbox)
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'sts', sha256: Sha256Node })
  const { host, hostname } = new URL(sandbox.url)
  const query = { Action: 'GetCallerIdentity', Version: '2011-06-15' }
  const headers = { host, 'x-k8s-aws-id': 'demo' }
  const signed = await signer.presign(
    { method: 'GET', protocol: 'http:', hostname, path: '/', query, headers },
    { expiresIn: 60 },
  )
  const url = `${sandbox.url}/?${new URLSearchParams(signed.query as Record<string, string>)}`

  const ask = (cluster: string) => fetch(url, { headers: { 'x-k8s-aws-id': cluster } })
  expect(await (await ask('demo')).text()).toContain('<Arn>arn:aws:iam::123456789012:user/demo</Arn>')
  expect(await readCode(await ask('another'))).toBe('SignatureDoesNotMatch')
  sandbox.now += 61_000
  expect(await readCode(await ask('demo'))).toBe('SignatureDoesNotMatch')
})

describe('a stand-in of another service has its requests checked:', () => {
  const createRequest = async (sandbox: Sandbox, service: string, url: string, init: RequestInit = {}) => {
    const keys = await readUserKeys(sandbox)
    const signed = await new AwsClient({ ...keys, service, region: 'us-east-1' }).sign(url, init)
    const { host, pathname, search } = new URL(url)
    const headers: Record<string, string> = { ...Object.fromEntries(signed.headers), host }
    const body = new Uint8Array(await signed.arrayBuffer())
    return { service, method: signed.method, path: pathname + search, headers, body }
  }

  test('who signed it is known', async ({ sandbox }) => {
    const init = { method: 'POST', body: 'Action=DescribeImages', headers: FORM }
    const request = await createRequest(sandbox, 'ec2', 'https://ec2.us-east-1.amazonaws.com/', init)
    const { accessKeyId } = await readUserKeys(sandbox)
    expect(await sandbox.authenticate(request)).toEqual({ accessKeyId, arn: 'arn:aws:iam::123456789012:user/demo' })
    const other = { ...request, body: Buffer.from('Action=TerminateInstances') }
    await expect(sandbox.authenticate(other)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
    await expect(sandbox.authenticate({ ...request, service: 'iam' })).rejects.toThrow("correct service: 'iam'")
  })

  test('S3 signs its paths as they are, and may leave the body unsigned', async ({ sandbox }) => {
    const url = 'https://s3.us-east-1.amazonaws.com/bucket//a%20%C3%A9/b?list-type=2&prefix=a%2Fb'
    const request = await createRequest(sandbox, 's3', url, { method: 'PUT', body: 'one' })
    expect(request.headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD')
    await sandbox.authenticate({ ...request, body: Buffer.from('two') })
    const single = { ...request, path: request.path.replace('//', '/') }
    await expect(sandbox.authenticate(single)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
  })

  test('a stream of events is let in by its head: each event is signed for itself', async ({ sandbox }) => {
    const headers = { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-EVENTS' }
    const url = 'https://transcribestreaming.us-east-1.amazonaws.com/stream-transcription'
    const request = await createRequest(sandbox, 'transcribe', url, { method: 'POST', headers })
    await sandbox.authenticate({ ...request, body: Buffer.from('events') })
    const other = { ...request, path: '/medical-stream-transcription' }
    await expect(sandbox.authenticate(other)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
  })

  test('a session that has ended is told so, a request without a signature too', async ({ sandbox }) => {
    const answer = await createAws(await readUserKeys(sandbox)).fetch(
      `${sandbox.url}/?Version=2011-06-15&Action=GetSessionToken`,
    )
    const text = await answer.text()
    const read = (name: string) => new RegExp(`<${name}>(.*?)</`).exec(text)?.[1] ?? ''
    const keys = { accessKeyId: read('AccessKeyId'), secretAccessKey: read('SecretAccessKey') }
    const client = new AwsClient({ ...keys, sessionToken: read('SessionToken'), service: 'ec2', region: 'us-east-1' })
    const { headers } = await client.sign('https://ec2.amazonaws.com/')
    const request = { service: 'ec2', method: 'GET', path: '/', body: new Uint8Array() }
    const signed = { ...request, headers: { ...Object.fromEntries(headers), host: 'ec2.amazonaws.com' } }
    expect(await sandbox.authenticate(signed)).toMatchObject({ accessKeyId: keys.accessKeyId })
    sandbox.now += 13 * HOUR_MS
    await expect(sandbox.authenticate(signed)).rejects.toMatchObject({ code: 'ExpiredToken' })
    await expect(sandbox.authenticate({ ...request, headers: {} })).rejects.toMatchObject({
      code: 'MissingAuthenticationToken',
    })
  })
})

describe('sessions of a sandbox that keeps them short', () => {
  test.for(['web-identity', 'ecs', 'ec2', 'eks'] as const)('of %s end after so many seconds', async (place) => {
    const sandbox = await startSandbox({ longestSessionSeconds: 4 })
    onTestFinished(() => sandbox.stop())
    const env = await sandbox.env(place)
    const source = createCredentials({ host: { ...nodeHost(), env, now: () => sandbox.now } })
    const credentials = await source()
    const left = Number(credentials.expiration) - sandbox.now
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(4000)
    sandbox.now += 4000
    await expect(
      createAws(credentials as Keys)
        .fetch(`${sandbox.url}/?Action=GetCallerIdentity`)
        .then(readCode),
    ).resolves.toBe('ExpiredToken')
    expect((await source({ forceRefresh: true })).accessKeyId).not.toBe(credentials.accessKeyId)
  })

  test('are never of no length', async () => {
    await expect(startSandbox({ longestSessionSeconds: 0 })).rejects.toThrow('at least 1')
  })
})
