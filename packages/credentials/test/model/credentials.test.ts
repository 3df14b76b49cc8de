import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { maskKeyId, normalise } from '../../src/model/credentials.ts'

const credentials = normalise(
  { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'hunter2', sessionToken: 'tok' },
  'env',
)

test('every field is there, undefined where nothing is known, and a copy has them all', () => {
  expect({ ...normalise({ accessKeyId: 'AKIA1', secretAccessKey: 's' }, 'mine') }).toStrictEqual({
    accessKeyId: 'AKIA1',
    secretAccessKey: 's',
    sessionToken: undefined,
    expiration: undefined,
    accountId: undefined,
    source: 'mine',
  })
  expect(Object.keys(normalise({ accessKeyId: 'a', secretAccessKey: 's' }, 'mine'))).toHaveLength(6)
})

test('the source is the one that is named, whatever the keys say', () => {
  expect(normalise(credentials, 'role').source).toBe('role')
})

test.each([
  ['JSON', JSON.stringify({ credentials })],
  ['console.log', inspect({ credentials })],
  ['an inspection of hidden fields', inspect(credentials, { showHidden: true, depth: Infinity })],
  ['a string', String(credentials)],
])('%s shows which key it is, and no secret', (_name, shown) => {
  expect(shown).toContain('ASIA…MPLE')
  expect(shown).toContain('env')
  expect(shown).not.toMatch(/hunter2|tok\b|ASIAIOSFODNN7EXAMPLE/)
})

test('the AWS SDK can leave its mark on them', () => {
  expect(Object.assign(normalise(credentials, 'env'), { $source: {} })).toHaveProperty('$source')
})

test.each([
  ['ASIAIOSFODNN7EXAMPLE', 'ASIA…MPLE'],
  ['ABCDEFGHIJKL', 'ABCD…IJKL'],
  ['ABCDEFGHIJK', 'AB…'],
  ['', '…'],
])('the key id %s is shown as %s', (id, shown) => {
  expect(maskKeyId(id)).toBe(shown)
})
