import { expect, test } from 'vitest'
import { describeRefusal } from '../src/aws/describe-refusal.ts'
import { type RefusalKind, readRefusal } from '../src/aws/refusal.ts'

const named = (name: string, message = '', more: object = {}): Error =>
  Object.assign(new Error(message), { name }, more)
const status = (httpStatusCode: number): object => ({ $metadata: { httpStatusCode } })

test.each<[RefusalKind, Error]>([
  ['expired', named('ExpiredTokenException', '', status(403))],
  ['expired', named('ExpiredToken', '', status(400))],
  ['expired', named('UnrecognizedClientException', '', status(403))],
  ['expired', named('InvalidClientTokenId', '', status(403))],
  ['expired', named('AccessDeniedException', 'The security token included in the request is expired', status(403))],
  ['expired', named('BadRequestException', 'The security token included in the request is expired')],
  ['skewed', named('InvalidSignatureException', 'Signature expired: 20260101T000000Z is now earlier', status(403))],
  ['skewed', named('InvalidSignatureException', 'Signature not yet current: 2026', status(403))],
  ['skewed', named('RequestTimeTooSkewed', '', status(403))],
  ['throttled', named('ThrottlingException', 'Rate exceeded', status(400))],
  ['throttled', named('LimitExceededException', '', status(429))],
  ['throttled', named('ServiceQuotaExceededException', '', status(402))],
  ['throttled', named('Whatever', '', status(429))],
  ['denied', named('AccessDeniedException', '', status(403))],
  ['denied', named('InvalidSignatureException', 'does not match', status(403))],
  ['denied', named('Whatever', '', status(401))],
  ['idle', named('BadRequestException', 'Your request timed out because no new audio was received for 15 seconds.')],
  ['timeout', named('TimeoutError')],
  ['timeout', named('ModelTimeoutException', '', status(408))],
  ['timeout', named('Error', 'connect', { code: 'ETIMEDOUT' })],
  ['unavailable', named('InternalFailureException', '', status(500))],
  ['unavailable', named('Whatever', '', { $fault: 'server' })],
  ['unavailable', named('ModelStreamErrorException', '', { $fault: 'client' })],
  ['invalid', named('ValidationException', '', status(400))],
  ['invalid', named('Whatever', '', { $fault: 'client' })],
  ['unreachable', named('TimeoutError', 'read ECONNRESET', { code: 'ECONNRESET' })],
  ['unreachable', named('TimeoutError', 'Unexpected error: http2 request did not get a response')],
  ['unreachable', named('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' })],
  ['unreachable', named('SyntaxError', 'Unexpected token')],
])('%s: %s', (kind, error) => {
  expect(readRefusal(error).kind).toBe(kind)
})

const KEYS = { accessKeyId: 'ASIA0000000000000001', secretAccessKey: 'the-secret', sessionToken: 'the-token' }
const describe = (error: Error): string => describeRefusal(readRefusal(error), KEYS)

test('AWS is quoted in one line, without what is secret', () => {
  const text = `not allowed for ${KEYS.accessKeyId}\n\u001b[31mwith the-token and the-secret`
  expect(describe(named('AccessDeniedException', text, status(403)))).toBe(
    'AccessDeniedException: not allowed for … [31mwith … and …',
  )
  expect(describe(named('ValidationException', 'x'.repeat(1_000), status(400))).length).toBeLessThan(450)
})

test('of a wrong signature AWS is not quoted: it says which token it expected', () => {
  const text = 'The Canonical String for this request should have been x-amz-security-token:some-token'
  expect(describe(named('InvalidSignatureException', text, status(403)))).not.toContain('some-token')
})

test('a connection that fails is named as the system names it', () => {
  expect(describe(named('Error', 'connect ECONNREFUSED 10.0.0.1', { code: 'ECONNREFUSED' }))).toBe(
    'the connection failed (ECONNREFUSED)',
  )
})
