/**
 * Bundles the command line into parts: one with what `rolecall export` runs, and others that are loaded when a command needs
 * them, since V8 looks through every function of a file before it runs the first. `src/boot.cjs` loads them.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { onDemand } from './on-demand.js'

const here = import.meta.dirname
const { version } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const dist = join(here, 'dist')
const parts = join(dist, 'parts')
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

rmSync(dist, { recursive: true, force: true })
mkdirSync(parts, { recursive: true })
writeParts(output)
const boot = readFileSync(join(here, 'src/boot.cjs'), 'utf8').replace('ROLECALL_VERSION', JSON.stringify(version))
writeFileSync(join(dist, entry), boot, { mode: 0o755 })
writeFileSync(
  join(dist, 'third-party-licenses.txt'),
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

/** What a start loads is in one file, with the names of what is in `kept`; the others each in their own. */
function writeParts(chunks) {
  const atStart = loadedWith(entry, chunks, new Set()).add('named.cjs')
  const modules = chunks
    .filter(({ fileName }) => atStart.has(fileName))
    .map((chunk) => `${JSON.stringify(chunk.fileName)}:${toFunction(chunk)}`)
  writeFileSync(join(parts, 'start.cjs'), `({${modules.join(',\n')}})`)
  for (const chunk of chunks.filter(({ fileName }) => !atStart.has(fileName)))
    writeFileSync(join(parts, chunk.fileName), toFunction(chunk))
}

/** As `boot.cjs` calls it; a script has no import() of its own. */
function toFunction({ code }) {
  return `(function(exports,require,module){${inAscii(code.replace(/\bimport\(/g, 'require.import('))}\n})`
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
