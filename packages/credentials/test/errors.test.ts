import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { CredentialsError, isCredentialsError, NoCredentialsError, printable } from '../src/errors.ts'

const options = { code: 'CONFIG_INVALID', source: 'profile', remedy: 'Write it anew' } as const

test('an error says who failed, what is wrong, and what to do', () => {
  const error = new CredentialsError('a line makes no sense', { ...options, location: { file: '/c', line: 3 } })
  expect(error.message).toBe('profile: a line makes no sense. Write it anew.')
  expect(error).toMatchObject({
    name: 'CredentialsError',
    code: 'CONFIG_INVALID',
    source: 'profile',
    problem: 'a line makes no sense',
    remedy: 'Write it anew.',
    location: { file: '/c', line: 3 },
  })
  expect(error).not.toHaveProperty('cause')
})

test('a cause that is given is kept', () => {
  const cause = new CredentialsError('inner', options)
  expect(new CredentialsError('outer', { ...options, cause }).cause).toBe(cause)
})

test('when nothing is configured the error lists what was tried, one a line, and ends with the remedy', () => {
  const error = new NoCredentialsError(
    [
      { source: 'env', outcome: 'skipped', reason: 'AWS_ACCESS_KEY_ID is not set' },
      { source: 'web-identity', outcome: 'skipped', reason: 'no\ntoken' },
      { source: 'roles-anywhere', outcome: 'skipped', reason: 'no anchor' },
    ],
    'Configure one of them',
  )
  expect(error.message).toBe(
    [
      'credentials: no source of credentials is configured:',
      '  env           AWS_ACCESS_KEY_ID is not set',
      '  web-identity  no\\u000atoken',
      '  roles-anywhere  no anchor',
      'Configure one of them.',
    ].join('\n'),
  )
  expect(error).toMatchObject({ name: 'NoCredentialsError', code: 'NO_CREDENTIALS', remedy: 'Configure one of them.' })
  expect(error.attempts).toHaveLength(3)
  expect(isCredentialsError(error)).toBe(true)
})

test('an error of another copy of the package is known too; nothing else is', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('@rolecall/credentials/error')]: true })
  expect(isCredentialsError(foreign)).toBe(true)
  expect(isCredentialsError(new CredentialsError('x', options))).toBe(true)
  for (const other of [new Error('x'), undefined, null, 'x', { ...foreign }, { code: 'NO_CREDENTIALS' }])
    expect(isCredentialsError(other)).toBe(false)
})

test('the mark of the package does not show', () => {
  expect(inspect(new CredentialsError('x', options))).not.toContain('Symbol')
  expect(Object.keys(new CredentialsError('x', options)).sort()).toEqual(
    ['code', 'location', 'name', 'problem', 'remedy', 'source'].sort(),
  )
})

test.each([
  ['escape sequences', '\u001b[31mred', '\\u001b[31mred'],
  ['line ends', 'a\r\nb', 'a\\u000d\\u000ab'],
  ['direction overrides', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
  ['C1 controls', '\u009b1m', '\\u009b1m'],
  ['what cannot be seen', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  ['nothing else', 'Ünïcode 🔑 "quotes" \\', 'Ünïcode 🔑 "quotes" \\'],
])('%s: a text cannot steer a terminal', (_name, text, shown) => {
  expect(printable(text)).toBe(shown)
  const error = new CredentialsError(text, { ...options, remedy: text })
  expect(error).toMatchObject({ problem: shown, remedy: `${shown}.`, message: `profile: ${shown}. ${shown}.` })
})
