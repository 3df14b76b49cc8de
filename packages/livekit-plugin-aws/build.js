/**
 * One file for ES modules and one for CommonJS, as the framework's own plugins have them, each with its types. Needs neither
 * the framework nor its types: every exported name says its own, and `tsc` takes them at their word (`noCheck`). The suites
 * in `test/interop/livekit` check them against the framework.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rolldown } from 'rolldown'

const here = import.meta.dirname
const dist = join(here, 'dist')
const types = join(here, 'build/src')

rmSync(dist, { recursive: true, force: true })
const bundle = await rolldown({ input: join(here, 'src/index.ts'), external: /^[^./]/, platform: 'node' })
await bundle.write({ file: join(dist, 'index.js'), format: 'esm', sourcemap: true })
// `@rolecall/credentials` has no CommonJS: its import() stays one
await bundle.write({ file: join(dist, 'index.cjs'), format: 'cjs', sourcemap: true, dynamicImportInCjs: true })

const tsc = join(dirname(import.meta.resolve('typescript/package.json').slice('file://'.length)), 'bin/tsc')
execFileSync(process.execPath, [tsc, '-p', here], { stdio: 'inherit' })
for (const file of reachable('index.d.ts')) {
  const text = readFileSync(join(types, file), 'utf8')
  write(file, withEndings(text, '.js'))
  write(file.replace(/\.d\.ts$/, '.d.cts'), withResolutionMode(withEndings(text, '.cjs')))
}

/** The declarations that the entry leads to. */
function reachable(file, found = new Set()) {
  if (found.has(file)) return found
  found.add(file)
  for (const [, target] of readFileSync(join(types, file), 'utf8').matchAll(/from '(\.[^']+)\.ts'/g))
    reachable(join(dirname(file), `${target}.d.ts`), found)
  return found
}

/** What is imported for its effect has no types. */
function withEndings(text, ending) {
  return text.replace(/^import '[^']+';\n/gm, '').replace(/(from '\.[^']+)\.ts'/g, `$1${ending}'`)
}

/** Types of an ES module in CommonJS. */
function withResolutionMode(text) {
  return text.replace(/(from '@rolecall\/credentials')/g, "$1 with { 'resolution-mode': 'import' }")
}

function write(file, text) {
  const path = join(dist, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
