import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { bareEnv, createHome, KEYS, ROLECALL, run } from './world.ts'

const GIVEN = { status: 0, stdout: expect.stringContaining(KEYS.AWS_ACCESS_KEY_ID), stderr: '' }

/** The program as it is installed: nothing has been started yet. */
function install() {
  const home = createHome()
  const folder = join(home, 'program')
  const compiled = join(folder, 'compiled')
  cpSync(dirname(ROLECALL), folder, { recursive: true, filter: (path) => !path.endsWith('compiled') })
  const program = join(folder, 'rolecall.cjs')
  return {
    home,
    program,
    compiled,
    start: join(folder, 'parts/start.cjs'),
    kept: () => (existsSync(compiled) ? readdirSync(compiled) : []).map((name) => join(compiled, name)),
    rolecall: (args: readonly string[], env: Record<string, string> = {}) =>
      run(process.execPath, [program, ...args], bareEnv(home, { ...KEYS, ...env })),
  }
}

test('what an export compiled is used by the next, until the program changes', async () => {
  const { start, kept, rolecall } = install()
  const packed = new Date('1985-10-26T08:15:00Z') // as npm packs all files
  utimesSync(start, packed, packed)
  expect(await rolecall(['export'])).toMatchObject(GIVEN)
  expect(kept()).toEqual([expect.stringContaining(`${process.version}-${process.arch}`)])

  writeFileSync(start, readFileSync(start, 'latin1').replaceAll('SecretAccessKey', 'SecretAccessYek'))
  utimesSync(start, packed, packed)
  expect((await rolecall(['export'])).stdout).toContain('"SecretAccessKey"')
  utimesSync(start, packed, new Date())
  expect((await rolecall(['export'])).stdout).toContain('"SecretAccessYek"')
})

test('what starts of different kinds compiled is kept together', async () => {
  const { kept, rolecall } = install()
  const both = ['--format=ini', '--debug'].map((option) => ['export', option]) // each has a part that the other has not
  for (const args of both) await rolecall(args)
  const [file = ''] = kept()
  const { mtimeMs } = statSync(file)
  for (const args of both) expect((await rolecall(args)).status).toBe(0)
  expect(statSync(file).mtimeMs).toBe(mtimeMs)
})

test('nobody else may change it, whatever the umask', async () => {
  const { kept, compiled, program, home } = install()
  await run('/bin/sh', ['-c', 'umask 000; exec "$@"', 'sh', process.execPath, program, 'export'], bareEnv(home, KEYS))
  expect([compiled, ...kept()].map((path) => statSync(path).mode & 0o777)).toEqual([0o755, 0o644])
})

test.each<[name: string, harm: (file: string) => void]>([
  ['nothing', (file) => writeFileSync(file, '')],
  ['half of it', (file) => writeFileSync(file, readFileSync(file).subarray(0, statSync(file).size / 2))],
  ['something else', (file) => writeFileSync(file, 'something\nelse\n')],
  ['a list of other things', (file) => writeFileSync(file, '[1, null]\n')],
  [
    'wrong lengths',
    (file) => writeFileSync(file, readFileSync(file, 'latin1').replace(/"length":\d+/, '"length":9'), 'latin1'),
  ],
])('where there is %s, it is compiled and kept again', async (_name, harm) => {
  const { kept, rolecall } = install()
  await rolecall(['export'])
  const [file = ''] = kept()
  const { size } = statSync(file)
  harm(file)
  expect(await rolecall(['export'])).toMatchObject(GIVEN)
  expect(kept()).toEqual([file])
  expect(statSync(file).size).toBeGreaterThan(0.9 * size)
})

test.each<[name: string, args: string[], env: Record<string, string>]>([
  ['by another command', ['profiles'], {}],
  ['by one that failed', ['export', '--profile', 'nope'], {}],
  ['where it is switched off', ['export'], { NODE_DISABLE_COMPILE_CACHE: '1' }],
  ['with flags for V8', ['export'], { NODE_OPTIONS: '--max-old-space-size=200' }],
])('nothing is kept %s', async (_name, args, env) => {
  const { compiled, rolecall } = install()
  await rolecall(args, env)
  expect(existsSync(compiled)).toBe(false)
})

test('where nothing can be kept, each start compiles', async () => {
  const { compiled, rolecall } = install()
  writeFileSync(compiled, '')
  expect(await rolecall(['export'])).toMatchObject(GIVEN)
  expect(await rolecall(['export'])).toMatchObject(GIVEN)
})

test('what cannot replace an old one leaves nothing behind', async () => {
  const { compiled, kept, rolecall } = install()
  await rolecall(['export'])
  const [file = ''] = kept()
  const other = install()
  mkdirSync(join(other.compiled, file.slice(compiled.length), 'a-folder'), { recursive: true })
  expect(await other.rolecall(['export'])).toMatchObject(GIVEN)
  expect(readdirSync(other.compiled)).toHaveLength(1)
})

test('ten first starts at once leave one file, without a secret', async () => {
  const { kept, rolecall } = install()
  const all = await Promise.all(Array.from({ length: 10 }, () => rolecall(['export'])))
  for (const one of all) expect(one).toMatchObject(GIVEN)
  const [file = '', ...others] = kept()
  expect(others).toEqual([])
  expect(readFileSync(file, 'latin1')).not.toContain('canary')
})
