import { describe, expect, test } from 'vitest'
import type { Provider, ProviderContext, Warning } from '../../src/model/provider.ts'
import { fromAssumeRole } from '../../src/providers/assume-role.ts'
import { fromWebIdentity } from '../../src/providers/web-identity.ts'
import { issue } from '../certificate-world.ts'
import { type Answer, type FakeHost, failureOf, fakeHost, type World } from '../fake-host.ts'
import { STS, stsError, stsSession } from '../sts-world.ts'
import { traceWith } from '../trace.ts'

const ROLE = 'arn:aws:iam::123456789012:role/r'
const source: Provider = { name: 'mine', provide: async () => ({ accessKeyId: 'AKIAMINE', secretAccessKey: 's' }) }

describe('a clock that is wrong', () => {
  const dated = (response: Response, date: string | undefined): Response => {
    if (date) response.headers.set('date', date)
    return response
  }
  const asking = async (answers: Answer[], context: Partial<ProviderContext> = {}) => {
    const host = fakeHost({ http: { [STS]: answers } })
    const signal = new AbortController().signal
    const outcome = await Promise.resolve(
      fromAssumeRole({ roleArn: ROLE, source }).provide({ host, signal, ...context }),
    ).catch((error: unknown) => error)
    return { outcome, times: host.requests.map(({ headers }) => headers['x-amz-date']) }
  }
  const AHEAD = 'Thu, 01 Jan 2026 00:10:00 GMT'
  const BEHIND = 'Wed, 31 Dec 2025 23:50:00 GMT'

  test.each([
    ['RequestExpired', 'x', AHEAD, '20260101T001000Z', '600 s behind'],
    ['RequestTimeTooSkewed', 'x', BEHIND, '20251231T235000Z', '600 s ahead of'],
    ['RequestInTheFuture', 'x', BEHIND, '20251231T235000Z', '600 s ahead of'],
    [
      'SignatureDoesNotMatch',
      'Signature expired: 20260101T000000Z is now earlier than …',
      AHEAD,
      '20260101T001000Z',
      '600 s behind',
    ],
    ['SignatureDoesNotMatch', 'Signature not yet current: …', BEHIND, '20251231T235000Z', '600 s ahead of'],
  ])(
    '%s (%s): the request is signed again by the other side’s, with a warning',
    async (code, message, date, time, text) => {
      const warnings: Warning[] = []
      const trace = traceWith({ warn: (warning) => void warnings.push(warning) })
      const { outcome, times } = await asking([() => dated(stsError(code, message), date), () => stsSession()], {
        trace,
      })
      expect(outcome).toMatchObject({ accessKeyId: 'ASIASESSIONEXAMPLE01' })
      expect(times).toEqual(['20260101T000000Z', time])
      expect(warnings).toMatchObject([{ code: 'CLOCK_SKEW', text: expect.stringContaining(text) }])
    },
  )

  test('is named where keys seem to have expired that are new', async () => {
    const { outcome } = await asking([() => dated(stsSession({ expiration: '2025-12-31T23:59:00Z' }), BEHIND)])
    expect(outcome).toMatchObject({
      code: 'EXPIRED',
      problem: expect.stringContaining('is 600 s ahead of that of STS'),
      remedy: 'Set the clock.',
    })
  })

  test('is asked by once: a second no is final', async () => {
    const { outcome, times } = await asking([
      () => dated(stsError('RequestExpired'), AHEAD),
      () => dated(stsError('RequestExpired'), AHEAD),
    ])
    expect(outcome).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(times).toHaveLength(2)
  })

  test.each<[name: string, code: string, message: string, date: string | undefined]>([
    ['the refusal is about something else', 'AccessDenied', 'x', AHEAD],
    ['the signature is wrong', 'SignatureDoesNotMatch', 'The request signature we calculated does not match', AHEAD],
    ['the other side does not say its time', 'RequestExpired', 'x', undefined],
    ['the other side’s time is none', 'RequestExpired', 'x', 'soon'],
    ['the clocks agree by a minute', 'RequestExpired', 'x', 'Thu, 01 Jan 2026 00:01:00 GMT'],
  ])('is not thought of where %s', async (_name, code, message, date) => {
    const { outcome, times } = await asking([() => dated(stsError(code, message), date)])
    expect(outcome).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(times).toHaveLength(1)
  })

  test('is nothing to a request that is not signed', async () => {
    const host = fakeHost({ http: { [STS]: () => dated(stsError('RequestExpired'), AHEAD) } })
    const provider = fromWebIdentity({ roleArn: ROLE, token: async () => 'jwt' })
    expect(
      await failureOf(Promise.resolve(provider.provide({ host, signal: new AbortController().signal }))),
    ).toMatchObject({ code: 'SOURCE_REFUSED' })
    expect(host.requests).toHaveLength(1)
  })
})

describe('certificates to trust', () => {
  const CA = issue('authority', 1n).certificate
  const PEM = CA.replaceAll('\n', '\r\n')
  const asking = async (world: World): Promise<FakeHost> => {
    const host = fakeHost({ ...world, http: { [STS]: stsSession(), 'POST http://127.0.0.1:1/': stsSession() } })
    await fromAssumeRole({ roleArn: ROLE, source }).provide({ host, signal: new AbortController().signal })
    return host
  }
  const config = { '/home/user/.aws/config': '[default]\nca_bundle = ~/ca.pem', '/home/user/ca.pem': PEM }

  test.each<[name: string, world: World, ca: string | undefined]>([
    ['are those of the platform, where nothing is said', {}, undefined],
    [
      'are those of AWS_CA_BUNDLE',
      { env: { AWS_CA_BUNDLE: '/ca' }, files: { '/ca': `env ${PEM}`, ...config } },
      `env ${PEM}`,
    ],
    ['are those of the profile', { files: config }, PEM],
    ['are nothing to http', { env: { AWS_CA_BUNDLE: '/gone', AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' } }, undefined],
  ])('%s', async (_name, world, ca) => {
    expect((await asking(world)).requests.map((sent) => sent.ca)).toEqual([ca])
  })

  test.each([
    ['FILE_MISSING', {}],
    ['FILE_UNREADABLE', { '/ca': new Error('x') }],
    ['CONFIG_INVALID', { '/ca': 'no certificate' }],
    ['CONFIG_INVALID', { '/ca': CA.slice(0, 150) }],
    ['CONFIG_INVALID', { '/ca': CA + CA.replace(/\n.{20}/, '\n') }],
  ])('%s is an error before any request', async (code, files) => {
    const host = fakeHost({ env: { AWS_CA_BUNDLE: '/ca' }, files })
    const provided = fromAssumeRole({ roleArn: ROLE, source }).provide({ host, signal: new AbortController().signal })
    expect(await failureOf(Promise.resolve(provided))).toMatchObject({ code, location: { file: '/ca' } })
    expect(host.requests).toEqual([])
  })
})
