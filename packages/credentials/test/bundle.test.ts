import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'
import { expect, test } from 'vitest'

const PACKAGE = join(import.meta.dirname, '..')
const { dependencies } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'))

const bundle = (options: BuildOptions) =>
  build({
    entryPoints: [join(PACKAGE, 'dist/index.js')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
    ...options,
  })

test('a program that bundles the library needs no package that the library can do without', async () => {
  const { outputFiles } = await bundle({
    plugins: [
      {
        name: 'not-installed',
        setup: ({ onResolve }) => onResolve({ filter: /^@napi-rs\// }, () => ({ errors: [{ text: 'not installed' }] })),
      },
    ],
  })
  expect(outputFiles?.[0]?.text).toContain('@napi-rs/keyring')
})

test('what every program loads is less than 18 kB', async () => {
  const external = Object.keys(dependencies)
  const { outputFiles = [], metafile } = await bundle({ external, splitting: true, outdir: 'out', metafile: true })
  const parts = metafile?.outputs ?? {}
  const loaded = new Set(Object.keys(parts).filter((path) => parts[path]?.entryPoint?.endsWith('dist/index.js')))
  for (const path of loaded)
    for (const { kind, path: imported } of parts[path]?.imports ?? [])
      if (kind === 'import-statement' && parts[imported]) loaded.add(imported)

  const files = outputFiles.filter(({ path }) => [...loaded].some((part) => path.endsWith(part)))
  expect(files.length).toBe(loaded.size)
  const sizeBytes = files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).byteLength, 0)
  expect(sizeBytes).toBeGreaterThan(10_000)
  expect(sizeBytes).toBeLessThan(18_000)
})
