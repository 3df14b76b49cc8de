import { expect, test } from 'vitest'
import { nearest } from '../src/nearest.ts'

const WORDS = ['explain', 'export', 'exec', 'whoami', 'profiles']

test.each([
  ['exprot', 'export'],
  ['expalin', 'explain'],
  ['profile', 'profiles'],
  ['prof', 'profiles'],
  ['EXEC', 'exec'],
  ['who', 'whoami'],
  ['frobnicate', undefined],
  ['x', undefined],
])('%s → %s', (word, meant) => {
  expect(nearest(word, WORDS)).toBe(meant)
})
