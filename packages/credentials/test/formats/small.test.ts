import { describe, expect, test } from 'vitest'
import { accountOf } from '../../src/formats/arn.ts'
import { readEndpointCredentials, readProcessCredentials } from '../../src/formats/credential-json.ts'
import { readEnvironmentKeys } from '../../src/formats/environment-keys.ts'
import { parseJsonObject, readText } from '../../src/formats/json.ts'
import { checkKeys } from '../../src/formats/keys.ts'
import { parseTime } from '../../src/formats/time.ts'
import { checkToken } from '../../src/formats/token.ts'
import { readBoolean, readSetting, readVariable } from '../../src/formats/variable.ts'
import { thrownBy } from '../config.ts'

describe('a time', () => {
  const T = Date.UTC(2026, 0, 2, 3, 4, 5)
  test.each([
    ['2026-01-02T03:04:05Z', T],
    [' 2026-01-02T03:04:05Z\n', T],
    ['2026-01-02 03:04:05Z', T],
    ['2026-01-02T03:04:05UTC', T],
    ['2026-01-02T03:04:05+00:00', T],
    ['2026-01-02T05:04:05+0200', T],
    ['2026-01-01T22:04:05-05:00', T],
    ['2026-01-02T03:04:05.1Z', T + 100],
    ['2026-01-02T03:04:05.678Z', T + 678],
    ['2026-01-02T03:04:05.678901234Z', T + 678],
    ['2026-01-02T03:04:05.999999999+00:00', T + 999],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('%j is one', (text, epochMs) => {
    expect(parseTime(text)?.getTime()).toBe(epochMs)
  })

  test.each([
    '',
    'soon',
    '2026-01-02',
    '2026-01-02T03:04:05',
    '03:04:05Z',
    '1767323045',
    '2026-13-02T03:04:05Z',
    '2026-01-02T25:04:05Z',
    '2026-01-02T03:04:05.Z',
    '2026-01-02T03:04Z',
    '02 Jan 2026 03:04:05 GMT',
    '2026-01-02T03:04:05Zx',
    '2026-01-02T03:04:05Z 2026-01-02T03:04:05Z',
    '+002026-01-02T03:04:05Z',
  ])('%j is none', (text) => {
    expect(parseTime(text)).toBeUndefined()
  })
})

describe('a pair of keys', () => {
  const NOW = Date.UTC(2026, 0, 1)
  const check = (keys: Parameters<typeof checkKeys>[0]) =>
    checkKeys(keys, { source: 'env', names: { accessKeyId: 'THE_ID', secretAccessKey: 'THE_SECRET' }, now: NOW })

  test('is taken as it is, and a blank token is none', () => {
    const keys = {
      accessKeyId: 'a',
      secretAccessKey: ' s ',
      sessionToken: ' ',
      accountId: '1',
      expiration: new Date(NOW + 1),
    }
    expect(check(keys)).toEqual({ ...keys, sessionToken: undefined })
  })

  test.each([
    [{ accessKeyId: 'hunter2' }, 'KEYS_INCOMPLETE', 'THE_SECRET is missing. Set THE_SECRET, or remove THE_ID.'],
    [{ accessKeyId: 'hunter2', secretAccessKey: ' ' }, 'KEYS_INCOMPLETE', 'THE_SECRET is missing'],
    [{ secretAccessKey: 'hunter2' }, 'KEYS_INCOMPLETE', 'THE_ID is missing. Set THE_ID, or remove THE_SECRET.'],
    [{ accessKeyId: '\t', secretAccessKey: 'hunter2' }, 'KEYS_INCOMPLETE', 'THE_ID is missing'],
    [{}, 'KEYS_INCOMPLETE', 'THE_ID is missing'],
    [{ accessKeyId: 'hunter2', secretAccessKey: 7 as unknown as string }, 'KEYS_INCOMPLETE', 'THE_SECRET is missing'],
    [
      { accessKeyId: 'a', secretAccessKey: 'hunter2', expiration: new Date(NOW) },
      'EXPIRED',
      'expired at 2026-01-01T00:00:00.000Z',
    ],
    [{ accessKeyId: 'a', secretAccessKey: 'hunter2', expiration: new Date(Number.NaN) }, 'CONFIG_INVALID', 'no time'],
  ])('%o is none: %s', (keys, code, text) => {
    const error = thrownBy(() => check(keys))
    expect(error).toMatchObject({ code, source: 'env', message: expect.stringContaining(text) })
    expect(error.stack).not.toContain('hunter2')
  })
})

describe('keys in variables', () => {
  const read = (env: Record<string, string>) => readEnvironmentKeys(env, 'env', Date.UTC(2026, 0, 1))
  test('an expiry that is no time is an error, which does not quote it', () => {
    const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', AWS_CREDENTIAL_EXPIRATION: 'hunter2' }
    const error = thrownBy(() => read(env))
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('AWS_CREDENTIAL_EXPIRATION'),
    })
    expect(error.stack).not.toContain('hunter2')
  })
  test('without a pair an expiry is nobody’s', () => {
    expect(read({ AWS_CREDENTIAL_EXPIRATION: 'x', AWS_SESSION_TOKEN: 't' })).toBeUndefined()
  })
})

describe('a token', () => {
  test.each([
    ['abc', 'abc'],
    ['abc\n', 'abc'],
    ['abc\r\n', 'abc'],
    ['Bearer abc=', 'Bearer abc='],
    ['x'.repeat(20_000), 'x'.repeat(20_000)],
  ])('%j is taken', (text, token) => {
    expect(checkToken(text, 'TOKEN', 'container')).toBe(token)
  })

  test.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['\n', 'is empty'],
    ['hunter2\n\n', 'one line'],
    ['hunter2\nb', 'one line'],
    ['hunter2\rb', 'one line'],
    ['hunter2\r', 'one line'],
    ['hunter2\r\n\r\n', 'one line'],
    ['\nhunter2', 'one line'],
    ['hunter2\0', 'one line'],
    [`hunter2${'x'.repeat(20_000)}`, 'longer than 20000'],
    ['hunter2\u0001', 'no header'],
    ['hunter2\u001b[0m', 'no header'],
    ['hunter2\u007f', 'no header'],
    ['hunter2→', 'no header'],
    ['hunter2\ufffd', 'no header'],
  ])('%j is refused, unquoted', (text, problem) => {
    const error = thrownBy(() => checkToken(text, 'token file /t', 'container', { file: '/t' }))
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      source: 'container',
      location: { file: '/t' },
      message: expect.stringContaining(problem),
    })
    expect(error.message).toContain('token file /t')
    expect(JSON.stringify(error) + error.stack).not.toContain('hunter2')
  })
})

describe('credentials as JSON', () => {
  const KEYS = { AccessKeyId: 'a', SecretAccessKey: 's' }
  const NONE = { accountId: undefined, expiration: undefined, sessionToken: undefined }

  test('an endpoint names the token Token, a process SessionToken', () => {
    const both = { ...KEYS, Token: 't', SessionToken: 'st', Expiration: '2026-01-02T03:04:05Z', AccountId: '1' }
    const rest = {
      accessKeyId: 'a',
      secretAccessKey: 's',
      expiration: new Date('2026-01-02T03:04:05Z'),
      accountId: '1',
    }
    expect(readEndpointCredentials(both)).toEqual({ ...rest, sessionToken: 't' })
    expect(readProcessCredentials(both)).toEqual({ ...rest, sessionToken: 'st' })
  })

  test.each([
    ['all but the keys may be missing', KEYS],
    ['or null', { ...KEYS, Token: null, Expiration: null, AccountId: null }],
    ['or blank', { ...KEYS, Token: ' ', Expiration: '', AccountId: '' }],
  ])('%s', (_name, object) => {
    expect(readEndpointCredentials(object)).toEqual({ accessKeyId: 'a', secretAccessKey: 's', ...NONE })
  })

  test.each([
    ['no id', { SecretAccessKey: 's' }],
    ['no secret', { AccessKeyId: 'a' }],
    ['a blank secret', { ...KEYS, SecretAccessKey: ' ' }],
    ['keys of other types', { AccessKeyId: 1, SecretAccessKey: ['s'] }],
    ['inherited keys', Object.create(KEYS) as Record<string, unknown>],
    ['an expiry that is no time', { ...KEYS, Expiration: 'soon' }],
    ['an expiry that is a number', { ...KEYS, Expiration: 1_767_323_045 }],
  ])('%s: none', (_name, object) => {
    expect(readEndpointCredentials(object)).toBeUndefined()
    expect(readProcessCredentials(object)).toBeUndefined()
  })
})

describe('JSON', () => {
  test.each(['', 'x', '[]', 'null', '1', '"x"', '{', '{"a":1}x', '\u0000'])('%j is no object', (text) => {
    expect(parseJsonObject(text)).toBeUndefined()
  })
  test('an object is one; __proto__ in it does nothing', () => {
    const object = parseJsonObject('{"__proto__":{"AccessKeyId":"x"},"a":1}')
    expect(object).toHaveProperty('a', 1)
    expect(object && readText(object, 'AccessKeyId')).toBeUndefined()
    expect(({} as Record<string, unknown>)['AccessKeyId']).toBeUndefined()
  })
})

test.each([
  ['arn:aws:sts::123456789012:assumed-role/r/s', '123456789012'],
  ['arn:aws-cn:iam::123456789012:role/r', '123456789012'],
  ['arn:aws:iam::aws:policy/x', undefined],
  ['arn:aws:sts::12345:x', undefined],
  ['garbage', undefined],
  ['x:aws:sts::123456789012:y', undefined],
  ['', undefined],
  [undefined, undefined],
])('the account of %s is %s', (arn, account) => {
  expect(accountOf(arn)).toBe(account)
})

test('blank variables and settings count as missing; settings are trimmed, variables are not', () => {
  expect(readVariable({ A: ' ' }, 'A')).toBeUndefined()
  expect(readVariable({}, 'A')).toBeUndefined()
  expect(readVariable({ A: ' x ' }, 'A')).toBe(' x ')
  expect(readSetting({ a: '\t' }, 'a')).toBeUndefined()
  expect(readSetting(undefined, 'a')).toBeUndefined()
  expect(readSetting({ a: ' x ' }, 'a')).toBe('x')
})

test.each([
  ['true', true],
  ['TRUE', true],
  [' True ', true],
  ['false', false],
  ['False', false],
  ['1', undefined],
  ['', undefined],
  [undefined, undefined],
  ['yes', undefined],
])('%j is said as %s', (text, value) => {
  expect(readBoolean(text)).toBe(value)
})
