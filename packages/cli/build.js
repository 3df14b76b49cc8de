/** Bundles the command line into one file, so that its start costs one read. */
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8'))
const outfile = here('dist/rolecall.cjs')

rmSync(here('dist'), { recursive: true, force: true })
await build({
  entryPoints: [here('src/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  charset: 'utf8',
  banner: { js: '#!/usr/bin/env node' },
  define: { ROLECALL_VERSION: JSON.stringify(version) },
  external: ['@rolecall/sandbox'],
  logLevel: 'warning',
})
chmodSync(outfile, 0o755)
