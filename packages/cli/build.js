/**
 * Bundles the command line into one file of which a start reads little: V8 looks through every function of a file before
 * it runs the first, so parts that a command may not need are kept as text until one asks for them.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const here = import.meta.dirname
const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const outfile = join(here, 'dist/rolecall.cjs')
const entry = 'rolecall.cjs'

const bundle = await rolldown({
  input: { rolecall: join(here, 'src/main.ts') },
  external: ['@rolecall/sandbox', /^node:/],
  platform: 'node',
  transform: { define: { ROLECALL_VERSION: JSON.stringify(version) } },
  checks: { ineffectiveDynamicImport: false },
})
const { output } = await bundle.generate({
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
})

rmSync(join(here, 'dist'), { recursive: true, force: true })
mkdirSync(join(here, 'dist'))
writeFileSync(outfile, assemble(output))
chmodSync(outfile, 0o755)
writeFileSync(
  join(here, 'dist/third-party-licenses.txt'),
  listLicenses(output.flatMap(({ moduleIds }) => moduleIds)).join('\n\n'),
)

/** What is run at each start, and what imports a package that is not in the file, is code; the rest is text. */
function assemble(chunks) {
  const atStart = new Set([entry, ...chunks.find(({ fileName }) => fileName === entry).imports])
  const parts = chunks.map(({ fileName, code }) => {
    const isCode = atStart.has(fileName) || /\bimport\(/.test(code)
    return `${JSON.stringify(fileName)}:${isCode ? `function(exports,require,module){${inAscii(code)}\n}` : quote(code)}`
  })
  return `#!/usr/bin/env node
'use strict';
const parts={${parts.join(',\n')}};
const loaded={};
function load(path){
  const name=path.slice(path.lastIndexOf('/')+1),part=parts[name];
  if(!part)return require(path);
  if(loaded[name])return loaded[name].exports;
  const module=loaded[name]={exports:{}};
  const run=typeof part==='function'?part:require('node:vm').compileFunction(part,['exports','require','module'],{filename:'rolecall/'+name});
  run.call(module.exports,module.exports,load,module);
  return module.exports;
}
load(${JSON.stringify(entry)});
`
}

function quote(code) {
  return inAscii(JSON.stringify(code))
}

/** One byte a character: a single one beyond that would double the size of the whole file in memory. */
function inAscii(code) {
  return code.replace(/[^\0-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** What the licenses of the bundled packages ask for: that their text goes with the code. */
function listLicenses(files) {
  const folders = new Set(files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean))
  return [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
    return `${name} ${version}, ${license}\n${file ? `\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n` : ''}`
  })
}
