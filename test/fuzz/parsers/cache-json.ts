import {
  type LoginSession,
  parseLoginSession,
  readSignInError,
  readTokenAnswer,
  renewLoginSession,
} from '../../../packages/credentials/src/formats/login-session.ts'
import {
  readDeviceAuthorization,
  readIssuedToken,
  readOidcError,
  readRegisteredClient,
} from '../../../packages/credentials/src/formats/sso-answer.ts'
import { parseRegistration } from '../../../packages/credentials/src/formats/sso-registration.ts'
import { parseSsoToken, renewEntry } from '../../../packages/credentials/src/formats/sso-token.ts'
import type { Parser } from '../parser.ts'
import { expectThat, noSecret } from '../probe.ts'
import { SECRETS } from '../secrets.ts'
import { NOW } from '../world.ts'
import { checkKeys, JSON_WORDS } from './credential-json.ts'

const { accessKeyId, secretAccessKey, sessionToken, token, password } = SECRETS
const REGISTRATION = { clientId: 'c1', clientSecret: password, registrationExpiresAt: '2026-03-01T00:00:00Z' }
const LOGIN_KEYS = {
  accessKeyId,
  secretAccessKey,
  sessionToken,
  accountId: '123456789012',
  expiresAt: '2026-01-01T00:15:00Z',
}

/** The files of sign-ins that the AWS CLI and the SDKs share, and the answers that they are made from. */
export const cacheJson: Parser = {
  name: 'cache JSON',
  seeds: [
    JSON.stringify({
      startUrl: 'https://x/start',
      region: 'us-east-1',
      accessToken: token,
      expiresAt: '2026-01-01T08:00:00Z',
    }),
    JSON.stringify({
      accessToken: token,
      expiresAt: '2026-01-01T08:00:00UTC',
      refreshToken: password,
      ...REGISTRATION,
    }),
    JSON.stringify({ clientId: 'c1', clientSecret: password, expiresAt: '2026-03-01T00:00:00Z', scopes: ['a', 'b'] }),
    JSON.stringify({
      clientId: 'c',
      clientSecret: password,
      expiresAt: '2026-03-01T00:00:00Z',
      grantTypes: ['authorization_code'],
    }),
    JSON.stringify({
      accessToken: LOGIN_KEYS,
      clientId: 'arn:aws:signin:::devtools/same-device',
      refreshToken: token,
      dpopKey: password,
    }),
    JSON.stringify({
      accessToken: LOGIN_KEYS,
      expiresIn: 900,
      tokenType: 'aws_sigv4',
      refreshToken: token,
      idToken: token,
    }),
    JSON.stringify({ accessToken: token, expiresIn: 3600, refreshToken: password }),
    JSON.stringify({
      deviceCode: token,
      userCode: 'ABCD-EFGH',
      verificationUri: 'https://device.sso/',
      expiresIn: 600,
      interval: 1,
    }),
    JSON.stringify({ clientId: 'c', clientSecret: password, clientSecretExpiresAt: 1_775_000_000 }),
    '{"error":"invalid_grant","__type":"com.amazonaws.switchboard#UnauthorizedException"}',
    '{"__proto__":{"accessToken":"polluted"},"accessToken":{"__proto__":{"accessKeyId":"polluted"}}}',
  ],
  words: [
    ...[
      '"accessToken":',
      '"expiresAt":',
      '"expiresIn":',
      '"refreshToken":',
      '"clientId":',
      '"clientSecret":',
      '"dpopKey":',
    ],
    ...[
      '"registrationExpiresAt":',
      '"clientSecretExpiresAt":',
      '"grantTypes":',
      '"error":',
      '"idToken":',
      '"accountId":',
    ],
    ...[
      '"deviceCode":',
      '"userCode":',
      '"verificationUri":',
      '"interval":',
      'javascript:',
      'https://',
      '["',
      '8.64e15',
    ],
    ...JSON_WORDS,
  ],
  run(input) {
    const text = new TextDecoder().decode(input)
    readCaches(text)
    readAnswers(text)
  },
}

function readCaches(text: string): void {
  const sso = parseSsoToken(text)
  if (sso) {
    expectThat(/^[\x21-\x7e]+$/.test(sso.accessToken), 'a token fits into a header')
    expectThat(!Number.isNaN(sso.expiresAt.getTime()), 'the end of a token is a time')
    const renewed = renewEntry(sso, { accessToken: 'new', expiresInSeconds: 60, refreshToken: undefined }, NOW)
    expectThat(
      parseSsoToken(JSON.stringify(renewed.entry))?.accessToken === 'new',
      'what is written back is read again',
    )
    expectThat(keepsAll(sso.entry, renewed.entry), 'what is unknown is kept')
  }
  for (const grant of ['authorization_code', 'device_code'] as const) {
    const client = parseRegistration(text, grant)
    if (client) expectThat(!Number.isNaN(client.expiresAt.getTime()), 'the end of a registration is a time')
  }
  const login = parseLoginSession(text)
  if ('missing' in login) noSecret(login.missing ?? '')
  else checkLogin(login, text)
}

function checkLogin(login: LoginSession, text: string): void {
  checkKeys(login.keys)
  const answer = readTokenAnswer(text, NOW)
  if (!answer) return
  const renewed = renewLoginSession(login, answer)
  expectThat(
    !('missing' in parseLoginSession(JSON.stringify(renewed.file))),
    'a session that is written back is read again',
  )
  expectThat(keepsAll(login.file, renewed.file), 'what is unknown is kept')
}

function readAnswers(text: string): void {
  const issued = readIssuedToken(text)
  if (issued) expectThat(issued.expiresInSeconds > 0, 'a token lives for a time')
  const client = readRegisteredClient(text)
  if (client) expectThat(!Number.isNaN(client.expiresAt.getTime()), 'the end of a client is a time')
  const device = readDeviceAuthorization(text)
  if (device) {
    for (const page of [device.verificationUri, device.verificationUriComplete])
      expectThat(/^https?:$/.test(new URL(page).protocol), 'a browser is sent to a page')
    expectThat(device.intervalSeconds > 0 && device.expiresInSeconds > 0, 'waits are bounded')
  }
  for (const error of [readOidcError(text), readSignInError(text)])
    expectThat(error === undefined || /^[\w.-]{1,80}$/.test(error), 'the name of an error is a word')
}

function keepsAll(before: object, after: object): boolean {
  return Object.keys(before).every((key) => Object.hasOwn(after, key))
}
