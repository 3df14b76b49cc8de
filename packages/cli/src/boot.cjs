#!/usr/bin/env node
/**
 * Loads the parts of the program, as V8 has compiled them before.
 *
 * `export`, which other programs start again and again, keeps what V8 has made of its parts. It lies beside the program, as
 * Python's does: who may write there may change the program itself. Where nobody may, each start compiles.
 * NODE_DISABLE_COMPILE_CACHE=1 switches it off.
 *
 * Source  https://nodejs.org/api/vm.html#scriptcreatecacheddata, which Node 20 has too
 */
'use strict'
const { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs')
const { Script } = require('node:vm')

const PARTS = `${__dirname}/parts/`
const FOLDER = `${__dirname}/compiled/`
const FILE = `${FOLDER}${ROLECALL_VERSION}-${process.version}-${process.arch}`
/** V8 takes nothing that was made with other flags. */
const uses = !process.env.NODE_DISABLE_COMPILE_CACHE && !process.env.NODE_OPTIONS && process.execArgv.length === 0
const keeps = uses && process.argv[2] === 'export'
const compiled = uses ? readCompiled() : new Map()
const scripts = new Map()
if (keeps) process.once('exit', keepCompiled)

/** All modules that a start needs; each other is a part. */
const start = compile('start.cjs')
const loaded = {}
load.import = (name) => import(name)
load('./rolecall.cjs')

function load(path) {
  if (path[0] !== '.') return require(path)
  const name = path.slice(2)
  if (loaded[name]) return loaded[name].exports
  const run = start[name] ?? compile(name)
  const module = { exports: {} }
  loaded[name] = module
  run(module.exports, load, module)
  return module.exports
}

function compile(name) {
  const filename = PARTS + name
  const known = compiled.get(name)
  const mtimeMs = uses ? statSync(filename).mtimeMs : 0
  const cachedData = known?.mtimeMs === mtimeMs ? known.data : undefined
  const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData })
  if (keeps) scripts.set(name, { script, mtimeMs, isNew: script.cachedDataRejected !== false })
  return script.runInThisContext()
}

/** By the name of its part, what V8 made of it when its file had that time. */
function readCompiled() {
  const found = new Map()
  try {
    if (!statSync(FILE, { throwIfNoEntry: false })) return found
    const bytes = readFileSync(FILE)
    let at = bytes.indexOf('\n') + 1
    for (const { name, mtimeMs, length } of JSON.parse(bytes.latin1Slice(0, at))) {
      found.set(name, { mtimeMs, data: bytes.subarray(at, at + length) })
      at += length
    }
  } catch {} // not for this user to read, or none of ours
  return found
}

/** All of it or nothing: V8 does not look at each byte of what it is given. */
function keepCompiled(status) {
  if (status !== 0 || ![...scripts.values()].some(({ isNew }) => isNew)) return
  const temporary = `${FILE}.${process.pid}`
  try {
    mkdirSync(FOLDER, { recursive: true, mode: 0o755 })
    const file = openSync(temporary, 'wx', 0o644)
    try {
      writeFileSync(file, listCompiled(), { flush: true })
      closeSync(file)
      renameSync(temporary, FILE)
    } finally {
      rmSync(temporary, { force: true })
    }
  } catch {} // nobody may write here, or there is no room
}

/** As {@link readCompiled} reads it. */
function listCompiled() {
  for (const [name, { script, mtimeMs }] of scripts) compiled.set(name, { mtimeMs, data: script.createCachedData() })
  const list = [...compiled].map(([name, { mtimeMs, data }]) => ({ name, mtimeMs, length: data.length }))
  return Buffer.concat([Buffer.from(`${JSON.stringify(list)}\n`), ...[...compiled.values()].map(({ data }) => data)])
}
