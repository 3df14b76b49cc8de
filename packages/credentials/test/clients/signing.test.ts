import { Sha256Node } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signHeaders } from '../../src/clients/signing.ts'
import type { StaticKeys } from '../../src/model/credentials.ts'

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const SCOPE = { body: '', headers: {}, service: 'service', region: 'us-east-1', now: Date.UTC(2015, 7, 30, 12, 36) }
const signatureOf = (headers: Record<string, string>) => /Signature=(\w+)$/.exec(headers['authorization'] ?? '')?.[1]

type AwsCredentials = ConstructorParameters<typeof SignatureV4>[0]['credentials']

/** What the AWS SDK signs with, over the headers that ours names. */
async function signAsSdk(keys: StaticKeys, url: URL, body: string, scope: typeof SCOPE, signed: readonly string[]) {
  const signer = new SignatureV4({
    credentials: keys as AwsCredentials,
    region: scope.region,
    service: scope.service,
    sha256: Sha256Node,
    applyChecksum: false,
  })
  const request = {
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...scope.headers },
    body,
  }
  const unsignable = Object.keys(scope.headers).filter((name) => !signed.includes(name))
  const { headers } = await signer.sign(request, {
    signingDate: new Date(scope.now),
    unsignableHeaders: new Set(unsignable),
  })
  return /Signature=(\w+)$/.exec(headers['authorization'] ?? '')?.[1]
}

/** Known answers: the signatures that AWS publishes for requests by POST with these headers. */
describe('a signature is the one that AWS publishes', () => {
  test.each<[name: string, path: string, headers: Record<string, string>, signature: string]>([
    ['nothing but a host', '/', {}, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    ['a query', '/?Param1=value1', {}, '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11'],
    ['a header', '/', { 'My-Header1': 'value1' }, 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c'],
    ['its case', '/', { 'My-Header1': 'VALUE1' }, 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d'],
  ])('%s', async (_name, path, headers, signature) => {
    const url = new URL(`https://example.amazonaws.com${path}`)
    expect(signatureOf(await signHeaders(KEYS, { ...SCOPE, url, headers }))).toBe(signature)
  })
})

test('a signature is the one that the AWS SDK makes, whatever is signed', async () => {
  const printable = (maxLength: number) => fc.stringMatching(/^[\x21-\x7e]+$/, { maxLength })
  const request = fc.record({
    keys: fc.record({
      accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,24}$/),
      secretAccessKey: printable(40),
      sessionToken: fc.option(printable(200), { nil: undefined }),
    }),
    url: fc.constantFrom(
      'https://sts.amazonaws.com/',
      'https://sts.cn-north-1.amazonaws.com.cn/',
      'http://127.0.0.1:4566/',
      'https://proxy.example:8443/base/path/',
    ),
    body: fc.string({ unit: 'grapheme', maxLength: 300 }),
    region: fc.constantFrom('us-east-1', 'eu-isoe-west-1'),
    service: fc.constantFrom('sts', 'execute-api'),
    now: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ keys, url: address, body, ...rest }) => {
      const url = new URL(address)
      const scope = {
        ...SCOPE,
        ...rest,
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      }
      const headers = await signHeaders(keys, { ...scope, url, body })
      const signed = /SignedHeaders=([^,]+)/.exec(headers['authorization'] ?? '')?.[1]?.split(';') ?? []
      expect(signed).toEqual(expect.arrayContaining(['host', 'x-amz-date']))
      expect(signed.includes('x-amz-security-token')).toBe(keys.sessionToken !== undefined)
      expect(signatureOf(headers)).toBe(await signAsSdk(keys, url, body, scope, signed))
    }),
    { numRuns: 200 },
  )
})
