/**
 * Bundles the command line into one file, as small as `rolecall export` can be, and parts beside it that are loaded when a
 * command needs them: V8 looks through every function of a file before it runs the first.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { onDemand } from './on-demand.js'

const here = import.meta.dirname
const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const outfile = join(here, 'dist/rolecall.cjs')
const entry = 'rolecall.cjs'
/** What `rolecall export` loads, one after the other. */
const HOT_PATH = ['main.ts', 'commands/export.ts', 'session.ts', 'formats/json.ts'].map((name) =>
  join(here, 'src', name),
)
const LIBRARY = join(here, '../credentials/src')
/** Modules of the library that it imports at once, and that `rolecall export` may never need, by the part they are in. */
const PUT_OFF = {
  // what a profile needs that names a role, until its session is found in the store
  named: inLibrary(['formats/profile-role', 'clients/sts-connection', 'node/lstat']),
  others: inLibrary([
    'create-token',
    'formats/profile-base',
    'providers/assume-role',
    'providers/ci',
    'providers/login',
    'providers/process',
    'providers/roles-anywhere',
    'providers/sso',
  ]),
}
/** What looks for that session is loaded with it. */
const KEPT = [...PUT_OFF.named, ...inLibrary(['clients/kept-session-name', 'store/open-sessions'])]

const bundle = await rolldown({
  input: { rolecall: join(here, 'src/main.ts'), named: 'named', others: 'others' },
  external: ['@rolecall/sandbox', '@rolecall/s3-files', '@napi-rs/keyring', /^node:/],
  resolve: { alias: listEntries() },
  plugins: [onDemand(PUT_OFF)],
  platform: 'node',
  transform: { define: { ROLECALL_VERSION: JSON.stringify(version) } },
  checks: { ineffectiveDynamicImport: false },
})
const apart = (await generate([])).output
const start = listLoaded(apart, HOT_PATH)
const kept = listLoaded(apart, KEPT)
const { output } = await generate([
  { name: 'start', test: (module) => start.has(module) },
  { name: 'kept', test: (module) => kept.has(module) && !start.has(module) },
])

rmSync(join(here, 'dist'), { recursive: true, force: true })
mkdirSync(join(here, 'dist/parts'), { recursive: true })
writeFileSync(outfile, assemble(output))
chmodSync(outfile, 0o755)
writeFileSync(
  join(here, 'dist/third-party-licenses.txt'),
  listLicenses(output.flatMap(({ moduleIds }) => moduleIds)).join('\n\n'),
)

function inLibrary(modules) {
  return modules.map((name) => join(LIBRARY, `${name}.ts`))
}

/** The sources of each entry of the library, by the name that it is imported by. */
function listEntries() {
  const { name, exports } = JSON.parse(readFileSync(join(LIBRARY, '../package.json'), 'utf8'))
  const entries = Object.entries(exports).filter(([, target]) => target.default)
  const paths = entries.map(([entry, target]) => [
    `${name}${entry.slice(1)}$`,
    join(LIBRARY, target.default.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts')),
  ])
  return Object.fromEntries(paths)
}

function generate(groups) {
  return bundle.generate({
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    minify: true,
    codeSplitting: { groups },
  })
}

/** The modules that are loaded with some: to be one part, where each would be on its own or with a few others. */
function listLoaded(chunks, files) {
  const chunkOf = (file) => chunks.find(({ moduleIds }) => moduleIds.includes(file))
  const loaded = files.reduce((found, file) => loadedWith(chunkOf(file).fileName, chunks, found), new Set())
  return new Set(chunks.filter(({ fileName }) => loaded.has(fileName)).flatMap(({ moduleIds }) => moduleIds))
}

/** What a start loads is in the file, with the names of what is in `kept`; the rest are parts. */
function assemble(chunks) {
  const inFile = loadedWith(entry, chunks, new Set()).add('named.cjs')
  for (const { fileName, code } of chunks.filter((chunk) => !inFile.has(chunk.fileName)))
    writeFileSync(join(here, 'dist/parts', fileName), code.replace(/\bimport\(/g, 'require.import('))
  const functions = chunks
    .filter(({ fileName }) => inFile.has(fileName))
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
/* The parts have no import() of their own. */
load.import=(name)=>import(name);
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
