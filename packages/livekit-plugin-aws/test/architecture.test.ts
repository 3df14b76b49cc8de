import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Bottom first; a file imports from its own layer and from those before it, and a service from no other. */
const LAYERS: readonly (readonly string[])[] = [['aws'], ['polly', 'transcribe', 'bedrock'], ['livekit'], ['index.ts']]
const SRC = join(import.meta.dirname, '../src')
const LICENCE =
  /^\/\/ SPDX-FileCopyrightText: 2026 The rolecall authors\n\/\/\n\/\/ SPDX-License-Identifier: Apache-2\.0\n/

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const read = (file: string): string => readFileSync(join(SRC, file), 'utf8')
const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => target)
const folderOf = (file: string): string => file.split('/')[0] ?? ''
const layerOf = (file: string): number => LAYERS.findIndex((layer) => layer.includes(folderOf(file)))

test('there is something to check in every layer', () => {
  expect([...new Set(files.map(layerOf))].sort()).toEqual([0, 1, 2, 3])
  expect(files.flatMap(importsOf).length).toBeGreaterThan(100)
})

describe.each(files)('%s', (file) => {
  const imports = importsOf(file)

  test('imports only downwards', () => {
    const own = imports.filter((target) => target.startsWith('./') || /^\.\.\/\w+\//.test(target))
    for (const target of own) {
      const found = relative(SRC, join(SRC, dirname(file), target))
      expect(files).toContain(found)
      expect(layerOf(found), target).toBeLessThanOrEqual(layerOf(file))
      if (layerOf(found) === layerOf(file)) expect(folderOf(found), target).toBe(folderOf(file))
    }
  })

  test('knows the framework only where it meets it', () => {
    const isFramework = (target: string): boolean => target === '@livekit/agents' || target === '@livekit/rtc-node'
    if (folderOf(file) !== 'livekit') expect(imports.filter(isFramework)).toEqual([])
  })

  test('says its licence, as the conventions of LiveKit have it', () => {
    expect(read(file)).toMatch(LICENCE)
  })
})

test('the library is loaded when it is needed: CommonJS could not have it otherwise', () => {
  const loads = files.filter((file) => /import\('@rolecall\/credentials'\)/.test(read(file)))
  expect(loads.length).toBeGreaterThan(0)
  const statically = /^import (?!type)[^\n]*'@rolecall\/credentials'/m
  expect(files.filter((file) => statically.test(read(file)))).toEqual([])
})
