/** Bundles the command line into one file, so that its start costs one read. */
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8'))
const outfile = here('dist/rolecall.cjs')

rmSync(here('dist'), { recursive: true, force: true })
const { metafile } = await build({
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
  metafile: true,
})
chmodSync(outfile, 0o755)
writeFileSync(here('dist/third-party-licenses.txt'), listLicenses(Object.keys(metafile.inputs)).join('\n\n'))

/** What the licenses of the bundled packages ask for: that their text goes with the code. */
function listLicenses(inputs) {
  const folders = new Set(inputs.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean))
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
    return `${name} ${version}, ${license}\n${file ? `\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n` : ''}`
  })
}
