import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createMemoryFiles } from '@rolecall/s3-files/memory'
import { expect, test } from 'vitest'
import { describeFiles } from './contract.ts'

describeFiles('the file system in memory', async () => createMemoryFiles())

test('two of them share nothing', async () => {
  const [one, other] = [createMemoryFiles(), createMemoryFiles()]
  await one.write('/a', 'x')
  expect(await other.exists('/a')).toBe(false)
})

test('what was given and what is got can be changed without changing the file', async () => {
  const files = createMemoryFiles()
  const given = Uint8Array.of(1, 2, 3)
  await files.write('/a', given)
  given[0] = 9
  const got = await files.read('/a')
  got[1] = 9
  expect(await files.read('/a')).toStrictEqual(Uint8Array.of(1, 2, 3))
})

test('it loads nothing of the AWS SDK', () => {
  const src = join(import.meta.dirname, '../src')
  const seen = new Map<string, readonly string[]>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    const imports = [...readFileSync(join(src, file), 'utf8').matchAll(/^import (?!type\b)[^']*'([^']+)'/gm)]
    const targets = imports.map(([, target = '']) => target)
    seen.set(file, targets)
    for (const target of targets.filter((target) => target.startsWith('./'))) visit(target.slice(2))
  }
  visit('memory.ts')
  const packages = [...seen.values()].flat().filter((target) => !target.startsWith('./'))
  expect(seen.size).toBeGreaterThan(3)
  expect(new Set(packages)).toEqual(new Set(['node:crypto', '@rolecall/credentials']))
})
