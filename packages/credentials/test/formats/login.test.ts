import { describe, expect, test } from 'vitest'
import { authorizeUrl, parseLoginAnswer } from '../../src/formats/login-authorization.ts'
import {
  parseLoginSession,
  readSignInError,
  readTokenAnswer,
  renewLoginSession,
} from '../../src/formats/login-session.ts'
import { NOW, sessionFile } from '../login-world.ts'

const parse = (changes: Record<string, unknown>) => parseLoginSession(sessionFile(changes))
const accessToken = (changes: Record<string, unknown>) => {
  const { accessToken } = JSON.parse(sessionFile()) as { accessToken: object }
  return { accessToken: { ...accessToken, ...changes } }
}

describe('a session file', () => {
  test('holds keys, and what renews them', () => {
    expect(parseLoginSession(sessionFile({ signInRegion: 'eu-west-1' }))).toMatchObject({
      keys: {
        accessKeyId: 'ASIAOLDOLDOLDOLD0001',
        secretAccessKey: 'the-old-secret',
        sessionToken: 'the-old-session-token',
        accountId: '123456789012',
        expiration: new Date('2025-12-31T23:59:00Z'),
      },
      clientId: 'arn:aws:signin:::devtools/same-device',
      refreshToken: 'the-old-refresh-token',
      signInRegion: 'eu-west-1',
    })
  })

  test.each([
    '2026-01-01T00:15:00Z',
    '2026-01-01T00:15:00.000Z',
    '2026-01-01T00:15:00UTC',
    '2026-01-01T01:15:00+01:00',
  ])('may write its end as %s', (expiresAt) => {
    expect(parse(accessToken({ expiresAt }))).toHaveProperty('keys.expiration', new Date('2026-01-01T00:15:00Z'))
  })

  test.each(['clientId', 'refreshToken', 'dpopKey', 'accessToken'])('without %s is none', (name) => {
    for (const value of [undefined, null, '', ' ', 7, []]) expect(parse({ [name]: value })).toEqual({ missing: name })
  })

  test.each(['accessKeyId', 'secretAccessKey', 'sessionToken', 'accountId', 'expiresAt'])(
    'without accessToken.%s is none',
    (name) => {
      for (const value of [undefined, null, '', {}]) {
        expect(parse(accessToken({ [name]: value }))).toEqual({ missing: `accessToken.${name}` })
      }
    },
  )

  test('that is cut anywhere is none, and says nothing', () => {
    const text = sessionFile()
    for (let length = 0; length < text.length; length++) {
      expect(parseLoginSession(text.slice(0, length))).toEqual({ missing: undefined })
    }
    for (const other of ['null', '[]', '"x"', '7']) expect(parseLoginSession(other)).toEqual({ missing: undefined })
  })
})

describe('an answer', () => {
  const read = (changes: Record<string, unknown>) =>
    readTokenAnswer(
      JSON.stringify({ accessToken: { accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'C' }, ...changes }),
      Date.parse(NOW) + 999,
    )

  test('says in seconds how long the keys live; where it does not, it is 15 minutes', () => {
    expect(read({ expiresIn: 60 })?.expiration).toEqual(new Date('2026-01-01T00:01:00Z'))
    expect(read({})?.expiration).toEqual(new Date('2026-01-01T00:15:00Z'))
  })

  test.each([0, -1, '900', null, 1e300])('that says %s of that makes no sense', (expiresIn) => {
    expect(read({ expiresIn })).toBeUndefined()
  })

  test.each(['{}', '[]', '', '{"accessToken":"x"}', '{"accessToken":{"accessKeyId":"A","secretAccessKey":"B"}}'])(
    'without keys is none: %s',
    (text) => expect(readTokenAnswer(text, 0)).toBeUndefined(),
  )

  test('replaces keys, end and refresh token, and nothing else', () => {
    const session = parseLoginSession(sessionFile())
    const answer = read({ expiresIn: 900, refreshToken: 'R', idToken: 'another' })
    if ('missing' in session || !answer) throw new Error('the example is broken')
    const before = JSON.parse(sessionFile()) as Record<string, object>
    expect(renewLoginSession(session, answer).file).toEqual({
      ...before,
      accessToken: {
        ...before['accessToken'],
        accessKeyId: 'A',
        secretAccessKey: 'B',
        sessionToken: 'C',
        expiresAt: '2026-01-01T00:15:00Z',
      },
      refreshToken: 'R',
    })
  })

  test.each([
    ['{"error":"TOKEN_EXPIRED","message":"x"}', 'TOKEN_EXPIRED'],
    ['{"error":"no name at all"}', undefined],
    ['{"error":7}', undefined],
    ['<html>', undefined],
  ])('of refusal %s is named %s', (text, name) => expect(readSignInError(text)).toBe(name))
})

describe('the way through the browser', () => {
  test('begins at an address that the real service understands', () => {
    const url = authorizeUrl(new URL('https://us-east-1.signin.aws.amazon.com/v1/authorize'), {
      clientId: 'arn:aws:signin:::devtools/same-device',
      state: 'S',
      redirectUri: 'http://127.0.0.1:1234/oauth/callback',
      codeChallenge: 'C-_',
    })
    expect(url.href).toBe(
      'https://us-east-1.signin.aws.amazon.com/v1/authorize?response_type=code' +
        '&client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device&state=S&code_challenge_method=SHA-256&scope=openid' +
        '&redirect_uri=http%3A%2F%2F127.0.0.1%3A1234%2Foauth%2Fcallback&code_challenge=C-_',
    )
  })

  const ANSWER = { state: 'a-b', code: 'c+d/e=', error: undefined }
  test.each([
    ['the address', 'http://127.0.0.1:1234/oauth/callback?state=a-b&code=c%2Bd%2Fe%3D'],
    ['its path', '/oauth/callback?code=c%2Bd%2Fe%3D&state=a-b'],
    ['its query', 'state=a-b&code=c%2Bd%2Fe%3D'],
    ['what the page shows', btoa('state=a-b&code=c%2Bd%2Fe%3D')],
    ['that with white space', ` ${btoa('state=a-b&code=c%2Bd%2Fe%3D').replace(/.{10}/, '$&\n')}\n`],
    ['that without padding', btoa('state=a-b&code=c%2Bd%2Fe%3D').replaceAll('=', '')],
  ])('ends with %s', (_, text) => expect(parseLoginAnswer(text)).toEqual(ANSWER))

  test.each(['', ' ', 'nonsense', 'ÄÖÜ', '*', btoa('state=x'), 'code=only'])('does not end with %j', (text) => {
    const { state, code } = parseLoginAnswer(text)
    expect(state && code).toBeFalsy()
  })

  test('may end with a no', () => {
    expect(parseLoginAnswer('/oauth/callback?error=access_denied&state=x')).toMatchObject({ error: 'access_denied' })
  })
})
