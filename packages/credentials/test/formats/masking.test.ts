import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskSecrets } from '../../src/formats/masking.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

test.each([
  ['whole', SECRET, '<…>'],
  ['its beginning', SECRET.slice(0, 8), '<…>'],
  ['its end', SECRET.slice(-12), '<…>'],
  ['a piece', SECRET.slice(5, 20), '<…>'],
  ['encoded for a URL', encodeURIComponent(SECRET), '<…>'],
  ['in base64', btoa(SECRET), '<…>'],
  ['in hexadecimal', Buffer.from(SECRET).toString('hex'), '<…>'],
  ['in large hexadecimal', Buffer.from(SECRET).toString('hex').toUpperCase(), '<…>'],
  ['twice', `${SECRET} ${SECRET}`, '<… …>'],
  ['too little of it', SECRET.slice(0, 7), `<${SECRET.slice(0, 7)}>`],
  ['something else', 'AccessDenied', '<AccessDenied>'],
])('a text that quotes %s', (_name, quoted, shown) => {
  expect(maskSecrets(`<${quoted}>`, [undefined, SECRET])).toBe(shown)
})

test('a short secret is masked whole, a part of it is not', () => {
  expect(maskSecrets('code 123456, not 12345', ['123456'])).toBe('code …, not 12345')
  expect(maskSecrets('code 123456', [123456])).toBe('code …')
})

test('no secrets, nothing masked', () => {
  expect(maskSecrets('text', [undefined, ''])).toBe('text')
})

test('a secret may have any letters', () => {
  expect(maskSecrets('a pässwörd→🔑 b', ['pässwörd→🔑'])).toBe('a … b')
})

test('a long token is no trouble', () => {
  const token = 'eyJ0.'.repeat(4_000)
  expect(maskSecrets(`x ${token.slice(0, 900)}`, [token, token, token])).toBe('x …')
})

test('of no secret eight letters are left, however it is cut', () => {
  const text = fc.string({ minLength: 8, maxLength: 40 })
  fc.assert(
    fc.property(text, fc.string(), fc.string(), fc.nat(), fc.nat(), (secret, before, after, from, size) => {
      const piece = secret.slice(from % secret.length).slice(0, 8 + (size % 20))
      const shown = maskSecrets(before + piece + after, [secret])
      for (let at = 0; at + 8 <= secret.length; at++) expect(shown.includes(secret.slice(at, at + 8))).toBe(false)
    }),
  )
})
