/**
 * Few files to load: an ES module of its own for each source would cost every start 50 ms. What the entry needs at once is
 * one file; what a program may never need (an explanation, sign-ins, certificates) is loaded when it is asked for.
 */
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { rolldown } from 'rolldown'

const here = import.meta.dirname
const entry = join(here, 'src/index.ts')
const { exports } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const entries = Object.values(exports).flatMap(({ default: file }) => (file ? [basename(file, '.js')] : []))
const core = loadedWith(entry)

await rm(join(here, 'dist/chunks'), { recursive: true, force: true })
const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, join(here, `src/${name}.ts`)])),
  external: /^[^./]/,
  platform: 'node',
})
await bundle.write({
  dir: join(here, 'dist'),
  format: 'esm',
  sourcemap: true,
  chunkFileNames: 'chunks/[name].js',
  minify: {
    compress: true,
    mangle: { keepNames: { function: false, class: true } },
    codegen: { removeWhitespace: true },
  },
  codeSplitting: { groups: [{ name: 'core', test: (module) => core.has(module) }] },
})

/** The modules that a static import leads to from here. */
function loadedWith(file, found = new Set()) {
  if (found.has(file)) return found
  found.add(file)
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;']*?from '(\.[^']+)'/gm)
  for (const [, target] of imports) loadedWith(join(dirname(file), target), found)
  return found
}
