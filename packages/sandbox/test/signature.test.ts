import { createHash } from 'node:crypto'
import { Sha256Node } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import { AwsClient } from 'aws4fetch'
import { describe, expect } from 'vitest'
import { test } from './sandbox-test.ts'
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
