/**
 * Bundles the command line into one file, as small as `rolecall export` can be, and parts beside it that are loaded when a
 * command needs them: V8 looks through every function of a file before it runs the first.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

const here = import.meta.dirname
const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const outfile = join(here, 'dist/rolecall.cjs')
const entry = 'rolecall.cjs'
/** What `rolecall export` loads, one after the other. */
const HOT_PATH = ['main.ts', 'commands/export.ts', 'session.ts', 'formats/index.ts']

const bundle = await rolldown({
  input: { rolecall: join(here, 'src/main.ts') },
  external: ['@rolecall/sandbox', '@napi-rs/keyring', /^node:/],
  platform: 'node',
  transform: { define: { ROLECALL_VERSION: JSON.stringify(version) } },
  checks: { ineffectiveDynamicImport: false },
})
const { output } = await bundle.generate({
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  minify: true,
})

rmSync(join(here, 'dist'), { recursive: true, force: true })
mkdirSync(join(here, 'dist/parts'), { recursive: true })
writeFileSync(outfile, assemble(output))
chmodSync(outfile, 0o755)
writeFileSync(
  join(here, 'dist/third-party-licenses.txt'),
  listLicenses(output.flatMap(({ moduleIds }) => moduleIds)).join('\n\n'),
)

/** What `rolecall export` runs, and what imports a package that is not bundled, is in the file; the rest are parts. */
function assemble(chunks) {
  const nameOf = (source) => chunks.find(({ facadeModuleId }) => facadeModuleId === join(here, 'src', source))?.fileName
  const atStart = HOT_PATH.reduce((found, source) => loadedWith(nameOf(source), chunks, found), new Set())
  const isInFile = ({ fileName, code }) => atStart.has(fileName) || /\bimport\(/.test(code)
  for (const { fileName, code } of chunks.filter((chunk) => !isInFile(chunk)))
    writeFileSync(join(here, 'dist/parts', fileName), code)
  const functions = chunks
    .filter(isInFile)
    .map(({ fileName, code }) => `${JSON.stringify(fileName)}:(function(exports,require,module){${inAscii(code)}\n})`)
  return `#!/usr/bin/env node
'use strict';
const parts={${functions.join(',\n')}};
const loaded={};
function load(path){
  if(path[0]!=='.')return require(path);
  const name=path.slice(2);
  if(loaded[name])return loaded[name].exports;
  const module=loaded[name]={exports:{}};
  (parts[name]||read(name)).call(module.exports,module.exports,load,module);
  return module.exports;
}
function read(name){
  const filename=__dirname+'/parts/'+name;
  const code=require('node:fs').readFileSync(filename,'utf8');
  return require('node:vm').compileFunction(code,['exports','require','module'],{filename});
}
load('./${entry}');
`
}

/** The chunks that one needs before it can run. */
function loadedWith(name, chunks, found) {
  const chunk = chunks.find(({ fileName }) => fileName === name)
  if (!chunk || found.has(name)) return found
  found.add(name)
  for (const needed of chunk.imports) loadedWith(needed, chunks, found)
  return found
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
