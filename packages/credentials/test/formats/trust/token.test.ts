import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { checkTrust, readTrustPolicy, readWebIdentityToken } from '../../../src/trust.ts'
import { allow, GITHUB, GITHUB_CLAIMS, jwt, NOW } from './tokens.ts'

const CLAIMS = { iss: 'https://gitlab.com', sub: 's', aud: 'a' }
const POLICY = readTrustPolicy(JSON.stringify({ Version: '2012-10-17', Statement: allow(GITHUB, {}) }))
const warningsOf = (claims: object, header?: object, signature?: string): string[] =>
  checkTrust(POLICY, readWebIdentityToken(jwt({ ...GITHUB_CLAIMS, ...claims }, header, signature)), {
    nowMs: NOW,
  }).warnings.map(({ code }) => code)

test.each([
  ['as it is', jwt(CLAIMS)],
  ['with a line end', `${jwt(CLAIMS)}\r\n`],
  ['with a byte order mark and white space', `\ufeff  ${jwt(CLAIMS)}\t`],
  ['with alg none and no signature', jwt(CLAIMS, { alg: 'none' }, '')],
])('a token %s', (_name, text) => {
  expect(readWebIdentityToken(text)).toMatchObject({ issuer: 'https://gitlab.com', subject: 's', audiences: ['a'] })
})

const canary = 'canary-of-a-token-that-nobody-may-see'
const secret = jwt({ ...CLAIMS, canary })
test.each<[name: string, text: string, says: RegExp]>([
  ['nothing', '', /no token/],
  ['white space', ' \n', /no token/],
  ['one part', canary, /one part instead of three/],
  ['two parts', secret.split('.').slice(0, 2).join('.'), /2 parts instead of three/],
  ['five parts, as of an encrypted one', `${secret}.${canary}.x`, /5 parts/],
  ['many parts', '.'.repeat(1_000), /many parts/],
  ['a header that is no base64', secret.replace(/^[^.]+/, '!!!'), /header of the token is not base64url/],
  ['claims that are no base64', secret.replace(/\.[^.]+\./, `.!${canary}!.`), /claims of the token are not base64url/],
  ['claims that are no base64 by length', secret.replace(/\.[^.]+\./, '.abcde.'), /claims of the token/],
  ['claims that are no JSON', jwt(canary), /claims of the token/],
  ['claims that are a list', jwt([canary]), /claims of the token/],
  [
    'claims that are no UTF-8',
    `${secret.split('.')[0]}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.x`,
    /claims of the token/,
  ],
  ['a signature that is no base64', secret.replace(/[^.]+$/, 'ä'), /signature of the token/],
  ['no issuer', jwt({ ...CLAIMS, iss: undefined, canary }), /who issued it \(iss\)/],
  ['two issuers', jwt({ ...CLAIMS, iss: ['a', 'b'] }), /who issued it/],
  ['a megabyte', jwt({ ...CLAIMS, canary: canary.repeat(30_000) }), /longer than the 20,000 characters that STS takes/],
])('%s is an error that shows nothing of it', (_name, text, says) => {
  const read = (): unknown => readWebIdentityToken(text, 'token.jwt')
  expect(read).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      source: 'token',
      location: { file: 'token.jwt' },
      problem: expect.stringMatching(says),
    }),
  )
  try {
    read()
  } catch (error) {
    const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })
    for (const piece of [canary, Buffer.from(canary).toString('base64url').slice(4, 20)])
      expect(shown).not.toContain(piece)
  }
})

test.each<[code: string, claims: object, header?: object, signature?: string]>([
  ['TOKEN_EXPIRED', { exp: NOW / 1000 }],
  ['TOKEN_NOT_YET_VALID', { nbf: NOW / 1000 + 301 }],
  ['TOKEN_UNSIGNED', {}, { alg: 'none' }],
  ['TOKEN_UNSIGNED', {}, { alg: 'RS256' }, ''],
  ['TOKEN_SUBJECT_MISSING', { sub: undefined }],
  ['TOKEN_AUDIENCE_MISSING', { aud: undefined }],
  ['TOKEN_AUDIENCES_SEVERAL', { aud: ['a', 'b'] }],
  ['TOKEN_ISSUER_NOT_HTTPS', { iss: 'http://issuer.example' }],
])('what STS would refuse before it asks the policy is told: %s', (code, claims, header, signature) => {
  expect(warningsOf(claims, header, signature)).toContain(code)
})

test('and nothing where there is nothing to tell', () => {
  expect(warningsOf({})).toEqual([])
  expect(warningsOf({ aud: ['a', 'b'], azp: 'a', nbf: NOW / 1000 + 60 })).toEqual([])
})

test.each([
  [59, '59 seconds'],
  [90 * 60, '90 minutes'],
  [5 * 3_600, '5 hours'],
  [86_400 * 3, '3 days'],
])('an age of %i seconds is %s', (age, text) => {
  const result = checkTrust(POLICY, readWebIdentityToken(jwt({ ...GITHUB_CLAIMS, exp: NOW / 1000 - age })), {
    nowMs: NOW,
  })
  expect(result).toMatchObject({
    allowed: true,
    warnings: [{ code: 'TOKEN_EXPIRED', text: expect.stringContaining(`${text} ago`) }],
  })
})
