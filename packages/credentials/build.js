/**
 * Few files to load: an ES module of its own for each source would cost every start 50 ms. What the entry needs at once is
 * one file, and what makes a request or runs a program is another, loaded by the first that does; what a program may never
 * need (an explanation, sign-ins, certificates) is loaded when it is asked for.
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
const requests = loadedWithAll([
  'clients/ca-bundle',
  'clients/container',
  'clients/instance-role',
  'clients/mfa',
  'clients/plan-base',
  'clients/process',
  'clients/sts',
  'clients/web-identity',
  'node/fetch',
  'node/run',
])
const store = loadedWithAll(['clients/kept-session-name', 'store/open-sessions'])

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
  codeSplitting: {
    groups: [
      { name: 'core', test: (module) => core.has(module) },
      { name: 'requests', test: (module) => requests.has(module) && !core.has(module) },
      { name: 'store', test: (module) => store.has(module) && !core.has(module) },
    ],
  },
})

function loadedWithAll(names) {
  return names.reduce((found, name) => loadedWith(join(here, `src/${name}.ts`), found), new Set())
}

/** The modules that a static import leads to from here. */
function loadedWith(file, found = new Set()) {
  if (found.has(file)) return found
  found.add(file)
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;']*?from '(\.[^']+)'/gm)
  for (const [, target] of imports) loadedWith(join(dirname(file), target), found)
  return found
}
