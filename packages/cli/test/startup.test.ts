import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bareEnv, createHome, KEYS, ROLECALL, run } from './world.ts'

/** Each costs as many milliseconds to load as all the rest of a start, or more. */
const HEAVY =
  /^NativeModule (child_process|net|tty|http|https|crypto|internal\/deps\/undici\/undici|internal\/fs\/promises)$/
const FILES = {
  'list-modules.cjs': `const before = new Set(process.moduleLoadList)
    process.on('exit', () => {
      const loaded = process.moduleLoadList.filter((name) => !before.has(name))
      require('node:fs').writeSync(2, JSON.stringify(loaded))
    })`,
  '.aws/credentials': '[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = secret\n',
}

test.each<[name: string, args: string[], env: Record<string, string>]>([
  ['from the environment', ['export'], KEYS],
  ['from a profile', ['export', '--profile', 'dev'], {}],
  ['for a shell', ['export', '--format', 'env', '--region', 'eu-west-1'], KEYS],
  ['the version', ['--version'], {}],
])('a start loads nothing heavy: %s', async (_name, args, env) => {
  const home = createHome(FILES)
  const preload = ['-r', join(home, 'list-modules.cjs')]
  const { status, stderr } = await run(process.execPath, [...preload, ROLECALL, ...args], bareEnv(home, env))
  const loaded: string[] = JSON.parse(stderr)
  expect(status).toBe(0)
  expect(loaded).toContain('NativeModule internal/util/parse_args/parse_args')
  expect(loaded.filter((name) => HEAVY.test(name))).toEqual([])
})
