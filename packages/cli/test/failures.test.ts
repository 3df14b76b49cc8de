import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bareEnv, createHome, KEYS, ROLECALL, rolecall, run } from './world.ts'

const errorOf = (stderr: string) => JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error
const codeOf = (stderr: string): unknown => errorOf(stderr).code

test.each(['exec', 'sandbox'])('%s: a command that is not there has the status of a shell', async (source) => {
  const { status, stdout, stderr } = await rolecall([source, '--json', '--', 'no-such-program'], { env: KEYS })
  expect({ status, stdout }).toEqual({ status: 127, stdout: '' })
  expect(errorOf(stderr)).toMatchObject({ code: 'COMMAND_NOT_FOUND', source })
})

test('a command that cannot be run is COMMAND_NOT_EXECUTABLE, with the status of a shell', async () => {
  const script = join(createHome(), 'script')
  writeFileSync(script, '#!/bin/sh\n', { mode: 0o600 })
  const { status, stdout, stderr } = await rolecall(['exec', '--json', '--', script], { env: KEYS })
  expect({ status, stdout, code: codeOf(stderr) }).toEqual({ status: 126, stdout: '', code: 'COMMAND_NOT_EXECUTABLE' })
})

test.runIf(process.platform === 'linux')('a full disk is OUTPUT_FAILED', async () => {
  const line = `exec '${process.execPath}' '${ROLECALL}' export --json >/dev/full`
  const { status, stderr } = await run('sh', ['-c', line], bareEnv(createHome(), KEYS))
  expect({ status, code: codeOf(stderr) }).toEqual({ status: 1, code: 'OUTPUT_FAILED' })
})

describe('what nobody foresaw', () => {
  const CANARY = 'wJalrXUtnFEMIK7MDENGbPxRfiCYcanary'
  test.each([
    ['an exception', `throw Object.assign(new Error('${CANARY}'), { secret: '${CANARY}' })`],
    ['a rejection', `Promise.reject(new Error('${CANARY}', { cause: '${CANARY}' }))`],
    ['a rejection by what is no error', `Promise.reject({ secretAccessKey: '${CANARY}' })`],
    ['a text that is thrown', `throw '${CANARY}'`],
  ])('%s outside of any command is INTERNAL, and is not quoted', async (_name, statement) => {
    const files = { 'preload.cjs': `setTimeout(() => { ${statement} }, 200)` }
    const home = createHome(files)
    const env = { ...KEYS, NODE_OPTIONS: `--require=${join(home, 'preload.cjs')}` }
    for (const flags of [[], ['--debug'], ['--json']]) {
      const { status, stdout, stderr } = await rolecall(['exec', ...flags, '--', 'sleep', '0.5'], { home, env })
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
      expect(stderr).toContain(flags.includes('--json') ? '"INTERNAL"' : 'did not foresee')
      expect(stderr).not.toContain(CANARY.slice(0, 8))
    }
  })
})

test('a source with a long name stands apart from its reason', async () => {
  const { stderr } = await rolecall(['export', '--provider', 'roles-anywhere'])
  expect(stderr).toContain('\n  roles-anywhere  profile default has no rolesanywhere_trust_anchor_arn\n')
})
