import { expect, test } from 'vitest'
import { formatEntry, parseEntry, type StoredSession } from '../../src/store/entry.ts'

const ID = 'a'.repeat(64)
const SESSION: StoredSession = {
  revision: 3,
  kind: 'assume-role',
  subject: 'arn:aws:iam::123456789012:role/größe "x"',
  keys: {
    accessKeyId: 'ASIASESSION000000001',
    secretAccessKey: 'canary/secret+',
    sessionToken: 'canary-token==',
    expiresAtMs: 1_767_229_200_000,
    fetchedAtMs: 1_767_225_600_000,
  },
}
const bytes = new TextEncoder().encode(formatEntry(ID, SESSION))
const decode = (data: Uint8Array): string => new TextDecoder().decode(data)

test('an entry comes back as it was', () => {
  expect(parseEntry(ID, decode(bytes))).toEqual(SESSION)
})

test('an entry that is cut short anywhere is none', () => {
  for (let length = 0; length < bytes.length; length++)
    expect(parseEntry(ID, decode(bytes.subarray(0, length))), `${length} bytes`).toBeUndefined()
})

test('an entry with any one bit turned is none', () => {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = bytes.slice()
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(parseEntry(ID, decode(damaged)), `bit ${bit}`).toBeUndefined()
  }
})

test.each([
  ['another session’s', formatEntry('b'.repeat(64), SESSION)],
  ['of a newer version', formatEntry(ID, SESSION).replace('"version":1', '"version":2')],
  ['followed by another', formatEntry(ID, SESSION).repeat(2)],
  ['JSON of another shape', '{"version":1,"session":{"__proto__":{"keys":1}}}'],
  ['no object', '[]'],
])('an entry that is %s is none', (_what, text) => {
  expect(parseEntry(ID, text)).toBeUndefined()
})
