import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Bottom first. A file may import from its own layer and from those before it. */
const LAYERS: readonly (readonly string[])[] = [
  ['model'],
  ['errors.ts'],
  ['formats'],
  ['clients'],
  ['providers'],
  ['chain.ts', 'freshness.ts', 'refresh.ts', 'shadowing.ts', 'explain.ts', 'store'],
  ['default-chain.ts'],
  ['node.ts', 'node'],
  [
    'check-options.ts',
    'create-credentials.ts',
    'create-token.ts',
    'sso-sign-in.ts',
    'index.ts',
    'sign-in.ts',
    'ci.ts',
    'shared-sessions.ts',
    'trust.ts',
  ],
]
/** External packages: the one file that may load each, when there is something to do with it. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@napi-rs/keyring': 'node/keychain.ts',
  'sha256-uint8array': 'store/digest.ts',
  aws4fetch: 'clients/signing.ts',
  hpagent: 'node/fetch.ts',
  'proxy-from-env': 'node/proxy.ts',
  saxes: 'clients/xml.ts',
}
/** The world of the process: only node.ts shows it. What `crypto.subtle` works out is no part of it. */
const WORLD =
  /\b(setTimeout|setInterval|setImmediate|AbortSignal\.timeout|Date\.now|Math\.random|process\.\w+|globalThis|console\.\w+|performance\.\w+|crypto\.(?!subtle\b)\w+|new Date\(\))|(?<![.\w])fetch\((?!url: string)/g

interface Import {
  readonly target: string
  readonly how: 'static' | 'dynamic' | 'type'
}

const SRC = join(import.meta.dirname, '../src')
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const read = (file: string): string => readFileSync(join(SRC, file), 'utf8')
/** The code without its comments and strings. */
const codeOf = (file: string): string =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/'[^'\n]*'/g, "''")

function importsOf(file: string): Import[] {
  const text = read(file)
  const statically = [...text.matchAll(/^(import|export)\s+(type\s)?[^;']*?from '([^']+)'|^import '([^']+)'/gm)]
  const dynamically = [...text.matchAll(/\bimport\('([^']+)'\)/g)]
  const found = [
    ...statically.map(
      ([, , type, from, bare]): Import => ({
        target: from ?? bare ?? '',
        how: type ? 'type' : 'static',
      }),
    ),
    ...dynamically.map(([, target = '']): Import => ({ target, how: 'dynamic' })),
  ]
  const all = [...text.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)]
  expect(found.length, `${file}: an import that this gate does not understand`).toBe(all.length)
  return found
}

const layerOf = (file: string): number => LAYERS.findIndex((layer) => layer.includes(file.split('/')[0] ?? ''))
const resolveFrom = (file: string, target: string): string => relative(SRC, join(SRC, dirname(file), target))
const isNode = (file: string): boolean => layerOf(file) === layerOf('node.ts')
const PROVIDERS = layerOf('providers/x.ts')
/** `@scope/name/file.js` is of `@scope/name`. */
const packageOf = (target: string): string => target.split('/', target.startsWith('@') ? 2 : 1).join('/')
/** What is loaded with the entry. */
const AT_START = loadedWith('index.ts')

function loadedWith(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found
  found.add(file)
  for (const { target, how } of importsOf(file))
    if (how === 'static' && target.startsWith('.')) loadedWith(resolveFrom(file, target), found)
  return found
}

test('there is something to check in every layer', () => {
  expect([...new Set(files.map(layerOf))].sort((a, b) => a - b)).toEqual([...LAYERS.keys()])
  expect(files.flatMap(importsOf).length).toBeGreaterThan(100)
})

describe.each(files)('%s', (file) => {
  const imports = importsOf(file)

  test('imports only downwards; no provider imports another', () => {
    const layer = layerOf(file)
    expect(layer, 'it belongs to no layer').toBeGreaterThanOrEqual(0)
    const highest = layer === PROVIDERS ? layer - 1 : layer
    for (const { target } of imports.filter(({ target }) => target.startsWith('.'))) {
      expect(layerOf(resolveFrom(file, target)), target).toBeLessThanOrEqual(highest)
      expect(files, `${target} with its extension`).toContain(resolveFrom(file, target))
    }
  })

  test('loads packages only where it may, and only on demand', () => {
    for (const { target, how } of imports.filter(({ target }) => !target.startsWith('.'))) {
      if (target.startsWith('node:')) expect(isNode(file), target).toBe(true)
      else {
        expect(file, target).toBe(PACKAGES[packageOf(target)])
        if (AT_START.has(file)) expect(how, target).toBe('dynamic')
      }
    }
  })

  test('does not reach past its host', () => {
    if (isNode(file)) return
    const givenFetch = /const \{[^}]*\bfetch\b[^}]*\} = options/.test(codeOf(file)) // the source's own, no request
    const hits = codeOf(file).match(WORLD) ?? []
    expect(hits.filter((hit) => !(givenFetch && hit === 'fetch('))).toEqual([])
  })

  test('has named exports only', () => {
    expect(codeOf(file)).not.toMatch(/export\s+default|export\s+\*|as default/)
  })
})

test('the gates saw what they are for', () => {
  const all = files.flatMap((file) => importsOf(file).map((found) => ({ file, ...found })))
  for (const [name, file] of Object.entries(PACKAGES))
    expect(
      all.some((one) => one.file === file && packageOf(one.target) === name),
      name,
    ).toBe(true)
  expect(AT_START.size).toBeGreaterThan(30)
  expect(AT_START).not.toContain('store/sessions.ts')
  for (const how of ['static', 'type']) expect(all.filter((one) => one.how === how).length, how).toBeGreaterThan(20)
  expect(files.filter((file) => file.startsWith('providers/')).length).toBeGreaterThan(5)
  const seen = new Set(files.filter(isNode).flatMap((file) => codeOf(file).match(WORLD) ?? []))
  const every = ['process.env', 'process.platform', 'Date.now', 'Math.random', 'crypto.randomUUID', 'fetch(']
  expect([...seen]).toEqual(
    expect.arrayContaining([...every, 'process.getBuiltinModule', 'setTimeout', 'process.kill']),
  )
})

test('package.json names the packages that are loaded, pinned, and no other', () => {
  const manifest = JSON.parse(readFileSync(join(SRC, '../package.json'), 'utf8')) as {
    dependencies: Record<string, string>
    peerDependencies: Record<string, string>
  }
  const named = [manifest.dependencies, manifest.peerDependencies].flatMap((list) => Object.keys(list))
  expect(named.sort()).toEqual(Object.keys(PACKAGES).sort())
  for (const version of Object.values(manifest.dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})
