import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createRoleWorld } from './role-world.ts'
import { bareEnv, createHome, KEYS, ROLECALL, run } from './world.ts'

/** Each costs as many milliseconds to load as all the rest of a start, or more. */
const HEAVY =
  /^NativeModule (child_process|net|tty|http|https|crypto|internal\/deps\/undici\/undici|internal\/fs\/promises)$/
const FILES = {
  'list-loaded.cjs': `const before = new Set(process.moduleLoadList)
    const vm = require('node:vm')
    const parts = []
    vm.Script = class extends vm.Script {
      constructor(code, options) {
        super(code, options)
        parts.push(require('node:path').basename(options.filename))
      }
    }
    process.on('exit', () => {
      const modules = process.moduleLoadList.filter((name) => !before.has(name))
      require('node:fs').writeSync(2, JSON.stringify({ modules, parts }))
    })`,
  '.aws/credentials': '[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = secret\n',
}

async function listLoaded(args: readonly string[], env: Record<string, string>, home = createHome(FILES)) {
  const preload = ['-r', join(home, 'list-loaded.cjs')]
  const { status, stderr } = await run(process.execPath, [...preload, ROLECALL, ...args], bareEnv(home, env))
  expect(status).toBe(0)
  return JSON.parse(stderr) as { modules: string[]; parts: string[] }
}

const START = 'start.cjs'

test.each<[name: string, args: string[], env: Record<string, string>]>([
  ['from the environment', ['export'], KEYS],
  ['from a profile', ['export', '--profile', 'dev'], {}],
])('a start compiles one part, and loads nothing heavy: %s', async (_name, args, env) => {
  const { modules, parts } = await listLoaded(args, env)
  expect(parts).toEqual([START])
  expect(modules.filter((name) => HEAVY.test(name))).toEqual([])
})

test('a session that is kept needs one part more, and nothing that makes requests', async () => {
  const { home, env, rolecall } = await createRoleWorld(FILES)
  expect((await rolecall(['export'])).status).toBe(0)
  const { modules, parts } = await listLoaded(['export'], env, home)
  expect(parts).toEqual([START, 'kept.cjs'])
  expect(modules.filter((name) => HEAVY.test(name))).toEqual([])
})

test('the formats for people load nothing heavy either', async () => {
  const { modules, parts } = await listLoaded(['export', '--format', 'env', '--region', 'eu-west-1'], KEYS)
  expect(parts.length).toBeLessThanOrEqual(4)
  expect(modules.filter((name) => HEAVY.test(name))).toEqual([])
})

test('what every start compiles is small: 10 kB cost half a millisecond', () => {
  expect(statSync(join(ROLECALL, '../parts', START)).size).toBeLessThan(56_000)
})

test('other commands compile the parts that they need', async () => {
  const { modules, parts } = await listLoaded(['exec', '--profile', 'dev', '--', process.execPath, '-e', '0'], {})
  expect(parts).toContain('exec.cjs')
  expect(modules).toContain('NativeModule child_process')
})
