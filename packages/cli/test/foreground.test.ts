import { expect, test } from 'vitest'
import { parseForeground } from '../src/exec/foreground.ts'

test.each([
  ['in the foreground of its terminal', '42 (node) S 1 42 7 34816 42 4194560 1', true],
  ['behind another', '42 (node) S 1 42 7 34816 50 4194560 1', false],
  ['without a terminal', '42 (node) S 1 42 7 0 -1 4194560 1', false],
  ['with a name that looks like fields', '42 (a) S 1 9 (b)) S 1 42 7 34816 42 4194560 1', true],
])('a process %s', (_name, stat, foreground) => {
  expect(parseForeground(stat)).toBe(foreground)
})
