import { describe, expect, test } from 'vitest'
import { sha1Hex, sha256Base64Url } from '../../src/clients/digest.ts'
import {
  readDeviceAuthorization,
  readIssuedToken,
  readOidcError,
  readRegisteredClient,
  readRoleCredentials,
} from '../../src/formats/sso-answer.ts'
import { describeRegistration, parseRegistration, registrationKey } from '../../src/formats/sso-registration.ts'
import { createEntry, formatTime, parseSsoToken, renewEntry } from '../../src/formats/sso-token.ts'
import { checkTokenEndpoint } from '../../src/formats/token-endpoint.ts'
import { thrownBy } from '../config.ts'
import { START_URL, tokenFile } from '../sso-world.ts'

const SESSION = { name: 'my-sso', startUrl: START_URL, region: 'us-east-1', scopes: ['sso:account:access'] }
const NOW = Date.parse('2026-01-01T00:00:00.789Z')

describe('names of cache files, as the AWS CLI has them', () => {
  test.each([
    ['my-sso', '0ad374308c5a4e22f723adf10145eafad7c4031c'],
    [START_URL, 'e8be5486177c5b5392bd9aa76563515b29358e6e'],
  ])('of %s', async (key, hash) => {
    expect(await sha1Hex(key)).toBe(hash)
  })

  test.each([
    [SESSION, 'e83b78ff73aa2ebd41812af5abcc466dca567738'],
    [{ ...SESSION, scopes: [] }, '9065e9472ec6b87bbc18bb77fc3c3016d8d42df9'],
    [{ ...SESSION, name: undefined }, '943fa5fc52aaa3089840521f305f63c5e20ae72a'],
    [{ ...SESSION, name: undefined, scopes: [], region: 'us-west-2' }, 'ae40129e177d453e845283c37558968404449fe4'],
  ])('of a registration, %#', async (session, hash) => {
    expect(await sha1Hex(registrationKey(session))).toBe(hash)
  })

  test('all but ASCII is escaped as Python does it', () => {
    const name = 'caf\u00e9 "\\\u{1f600}\u007f\n'
    expect(registrationKey({ ...SESSION, name, scopes: ['a', 'b'] })).toBe(
      '{"region": "us-east-1", "scopes": ["a", "b"], "session_name": "caf\\u00e9 \\"\\\\\\ud83d\\ude00\\u007f\\n", ' +
        '"startUrl": "https://example.awsapps.com/start", "tool": "botocore"}',
    )
  })

  test('a code challenge is that of RFC 7636', async () => {
    const challenge = await sha256Base64Url('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')
    expect(challenge).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  })
})

describe('a token file', () => {
  test('with the least there can be is a token that cannot be renewed', () => {
    const token = parseSsoToken('{"accessToken":"t","expiresAt":"2026-01-01T00:00:00Z"}')
    expect(token).toMatchObject({ accessToken: 't', expiresAt: new Date('2026-01-01'), renewal: undefined })
  })

  test.each([
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00UTC',
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T01:00:00+01:00',
  ])('may say %s', (expiresAt) => {
    expect(parseSsoToken(tokenFile({ expiresAt }))?.expiresAt).toEqual(new Date('2026-01-01'))
  })

  test.each([
    ['', 'nothing'],
    ['{', 'half of it'],
    ['[]', 'a list'],
    ['null', 'null'],
    [tokenFile({ accessToken: undefined }), 'no token'],
    [tokenFile({ accessToken: ' ' }), 'a blank token'],
    [tokenFile({ accessToken: 7 }), 'a number'],
    [tokenFile({ accessToken: 'a\r\nHost: evil' }), 'a token that ends its line'],
    [tokenFile({ expiresAt: undefined }), 'no end'],
    [tokenFile({ expiresAt: 'soon' }), 'an end that is no time'],
    [tokenFile({ expiresAt: 1767225600 }), 'an end in seconds'],
    ['{"__proto__":{"accessToken":"t","expiresAt":"2026-01-01T00:00:00Z"}}', 'a token in a prototype'],
  ])('that has %s (%s) is none', (text) => {
    expect(parseSsoToken(text)).toBeUndefined()
  })

  test.each(['refreshToken', 'clientId', 'clientSecret', 'registrationExpiresAt'])(
    'without %s cannot be renewed',
    (name) => {
      expect(parseSsoToken(tokenFile())?.renewal).toBeDefined()
      expect(parseSsoToken(tokenFile({ [name]: undefined }))?.renewal).toBeUndefined()
    },
  )

  test('cut off anywhere is no token', () => {
    const text = tokenFile()
    for (let length = 0; length < text.length; length++)
      expect(parseSsoToken(text.slice(0, length)), String(length)).toBeUndefined()
  })

  test('renewed keeps what it does not know, in its place', () => {
    const old = parseSsoToken(tokenFile().replace('"colour"', '"__proto__":{"a":1},"colour"'))
    if (!old) throw new Error('no token')
    const issued = { accessToken: 'new', expiresInSeconds: 60, refreshToken: 'next' }
    const { entry, renewal, expiresAt } = renewEntry(old, issued, NOW)
    expect(JSON.parse(JSON.stringify(entry))).toEqual(
      JSON.parse(
        tokenFile({ accessToken: 'new', expiresAt: '2026-01-01T00:01:00Z', refreshToken: 'next' }).replace(
          '"colour"',
          '"__proto__":{"a":1},"colour"',
        ),
      ),
    )
    expect(renewal?.refreshToken).toBe('next')
    expect(expiresAt.getTime()).toBe(NOW + 60_000)
  })

  test('renewed without a new refresh token keeps the old one', () => {
    const old = parseSsoToken(tokenFile())
    const issued = { accessToken: 'new', expiresInSeconds: 60, refreshToken: undefined }
    expect(old && renewEntry(old, issued, NOW).entry['refreshToken']).toBe('old-refresh-token')
  })

  test('of a new sign-in has what the AWS CLI writes', () => {
    const client = { clientId: 'id', clientSecret: 'secret', expiresAt: new Date('2026-03-01T00:00:00.5Z') }
    const issued = { accessToken: 'new', expiresInSeconds: 60, refreshToken: undefined }
    expect(createEntry(SESSION, client, issued, NOW).entry).toEqual({
      startUrl: START_URL,
      region: 'us-east-1',
      accessToken: 'new',
      expiresAt: '2026-01-01T00:01:00Z',
      clientId: 'id',
      clientSecret: 'secret',
      registrationExpiresAt: '2026-03-01T00:00:00Z',
    })
  })

  test('times are written to the second', () => {
    expect(formatTime(new Date(NOW))).toBe('2026-01-01T00:00:00Z')
  })
})

describe('a registration', () => {
  const client = { clientId: 'id', clientSecret: 'secret', expiresAt: new Date('2026-03-01T00:00:00Z') }
  const forDevices = JSON.stringify(describeRegistration(client, []))
  const forCodes = JSON.stringify(describeRegistration(client, ['a'], ['authorization_code', 'refresh_token']))

  test('is read back for its own grant only', () => {
    expect(parseRegistration(forDevices, 'device_code')).toEqual(client)
    expect(parseRegistration(forCodes, 'authorization_code')).toEqual(client)
    expect(parseRegistration(forDevices, 'authorization_code')).toBeUndefined()
    expect(parseRegistration(forCodes, 'device_code')).toBeUndefined()
  })

  test('is written as the AWS CLI writes it', () => {
    expect(JSON.parse(forDevices)).toEqual({
      clientId: 'id',
      clientSecret: 'secret',
      expiresAt: '2026-03-01T00:00:00Z',
    })
    expect(JSON.parse(forCodes)).toMatchObject({ scopes: ['a'], grantTypes: ['authorization_code', 'refresh_token'] })
  })

  test.each(['', '{}', tokenFile(), forDevices.replace('"id"', '""'), forDevices.replace('2026-', 'x')])(
    '%s is none',
    (text) => {
      expect(parseRegistration(text, 'device_code')).toBeUndefined()
    },
  )
})

describe('answers', () => {
  const json = JSON.stringify
  test.each([
    {},
    { accessToken: 'a' },
    { accessToken: 'a', expiresIn: 0 },
    { accessToken: 'a', expiresIn: '60' },
    { accessToken: 'a', expiresIn: 1e300 },
    { accessToken: 'a\nb', expiresIn: 60 },
  ])('%j is no token', (answer) => {
    expect(readIssuedToken(json(answer))).toBeUndefined()
  })

  test('a registration without an end is none', () => {
    const answer = { clientId: 'a', clientSecret: 'b' }
    expect(readRegisteredClient(json({ ...answer, clientSecretExpiresAt: 1767225600 }))).toBeDefined()
    for (const clientSecretExpiresAt of [undefined, '1', 0, 1e300])
      expect(readRegisteredClient(json({ ...answer, clientSecretExpiresAt }))).toBeUndefined()
  })

  test('a device has 5 seconds between questions and 10 minutes unless it is told', () => {
    const answer = { deviceCode: 'd', userCode: 'ABCD-EFGH', verificationUri: 'https://device.sso.example/' }
    expect(readDeviceAuthorization(json(answer))).toEqual({
      ...answer,
      verificationUriComplete: 'https://device.sso.example/',
      expiresInSeconds: 600,
      intervalSeconds: 5,
    })
    for (const bad of [{ verificationUri: 'file:///etc/passwd' }, { userCode: 'A\u001b[2J' }, { deviceCode: '' }])
      expect(readDeviceAuthorization(json({ ...answer, ...bad }))).toBeUndefined()
    const complete = readDeviceAuthorization(json({ ...answer, verificationUriComplete: 'javascript:alert(1)' }))
    expect(complete?.verificationUriComplete).toBe('https://device.sso.example/')
  })

  test('the end of role credentials is in milliseconds', () => {
    const keys = { accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'C', expiration: 1767225600000 }
    expect(readRoleCredentials(json({ roleCredentials: keys }))?.expiration).toEqual(new Date('2026-01-01'))
    for (const name of Object.keys(keys))
      expect(readRoleCredentials(json({ roleCredentials: { ...keys, [name]: undefined } }))).toBeUndefined()
    for (const answer of [{}, { roleCredentials: null }, { roleCredentials: 'x' }])
      expect(readRoleCredentials(json(answer))).toBeUndefined()
  })

  test.each([
    [{ error: 'invalid_grant' }, 'invalid_grant'],
    [{ __type: 'com.amazonaws.ssooidc#InvalidGrantException' }, 'invalid_grant'],
    [{ __type: 'SlowDownException' }, 'slow_down'],
    [{ error: 'a sentence with a token' }, undefined],
    [{}, undefined],
  ])('%j says %s', (answer, said) => {
    expect(readOidcError(json(answer))).toBe(said)
  })
})

describe('where a token may be sent', () => {
  test.each([
    ['https://sso.example/', 'https://sso.example/'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/'],
    ['http://127.9.9.9/', 'http://127.9.9.9/'],
    ['http://[::1]:80/x', 'http://[::1]/x'],
    ['http://localhost:8080/', 'http://127.0.0.1:8080/'],
  ])('%s', (given, asked) => {
    expect(checkTokenEndpoint(new URL(given), 'sso').href).toBe(asked)
  })

  test.each(['http://sso.example/', 'http://169.254.170.2/', 'http://10.0.0.1/', 'http://localhost.evil.example/'])(
    'never %s',
    (given) => {
      expect(thrownBy(() => checkTokenEndpoint(new URL(given), 'sso'))).toMatchObject({ code: 'CONFIG_INVALID' })
    },
  )
})
