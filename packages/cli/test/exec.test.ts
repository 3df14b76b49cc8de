import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bareEnv, createHome, KEYS, ROLECALL, rolecall, run, SESSION, startRolecall, waitFor } from './world.ts'

const PRINT_ENV = ['--', process.execPath, '-p', 'JSON.stringify(process.env)']
const PROFILES = {
  '.aws/config': '[profile dev]\nregion = eu-west-1\n',
  '.aws/credentials': '[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = dev-secret\n',
}

test('the command gets these credentials and no others', async () => {
  const env = {
    ...SESSION,
    AWS_SECURITY_TOKEN: 'old',
    AWS_CREDENTIAL_EXPIRATION: '2099-01-01T00:00:00Z',
    AWS_PROFILE: 'other',
    AWS_DEFAULT_PROFILE: 'other',
    AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/old',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/nowhere',
    AWS_ROLE_SESSION_NAME: 'old',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/',
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'old',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    MINE: 'kept',
  }
  const { status, stdout } = await rolecall(['exec', '--profile', 'dev', ...PRINT_ENV], { env, files: PROFILES })
  expect(status).toBe(0)
  const shown = Object.fromEntries(Object.entries(JSON.parse(stdout)).filter(([name]) => /^(AWS_|MINE)/.test(name)))
  expect(shown).toEqual({
    AWS_ACCESS_KEY_ID: 'AKIADEV',
    AWS_SECRET_ACCESS_KEY: 'dev-secret',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
    AWS_EC2_METADATA_DISABLED: 'true',
    MINE: 'kept',
  })
})

test.each<[name: string, args: string[], env: Record<string, string>, regions: (string | undefined)[]]>([
  ['none known', [], {}, [undefined, undefined]],
  ['one variable', [], { AWS_DEFAULT_REGION: 'eu-west-1' }, ['eu-west-1', 'eu-west-1']],
  ['both variables', [], { AWS_REGION: 'a-west-1', AWS_DEFAULT_REGION: 'b-west-1' }, ['a-west-1', 'b-west-1']],
  ['the flag', ['--region', 'eu-west-1'], { AWS_REGION: 'us-east-1' }, ['eu-west-1', 'eu-west-1']],
])('region: %s', async (_name, args, env, regions) => {
  const { stdout } = await rolecall(['exec', ...args, ...PRINT_ENV], { env: { ...KEYS, ...env } })
  const shown = JSON.parse(stdout)
  expect([shown.AWS_REGION, shown.AWS_DEFAULT_REGION]).toEqual(regions)
})

test('its input, output and status are those of the command', async () => {
  const { status, stdout, stderr } = await rolecall(['exec', '--', 'sh', '-c', 'cat; echo err >&2; exit 42'], {
    env: KEYS,
    stdin: 'hello',
  })
  expect({ status, stdout, stderr }).toEqual({ status: 42, stdout: 'hello', stderr: 'err\n' })
})

test('arguments arrive as they are', async () => {
  const args = ['--json', '', 'a b', '$(id)', '--', '*']
  const script = 'JSON.stringify(process.argv.slice(1))'
  const { stdout } = await rolecall(['exec', '--', process.execPath, '-p', script, '--', ...args], { env: KEYS })
  expect(JSON.parse(stdout)).toEqual(args)
})

test('a command that is not there is 127, and its arguments are not shown', async () => {
  const { status, stdout, stderr } = await rolecall(['exec', '--', 'no-such-program', 'hunter2'], { env: KEYS })
  expect({ status, stdout }).toEqual({ status: 127, stdout: '' })
  expect(stderr).toContain('no-such-program was not found')
  expect(stderr).not.toContain('hunter2')
})

test.each(['a file that may not be run', 'a folder'])('%s is 126', async (name) => {
  const home = createHome({ 'dir/program': '#!/bin/sh\n' })
  chmodSync(join(home, 'dir/program'), 0o644)
  const path = join(home, name === 'a folder' ? 'dir' : 'dir/program')
  const { status, stderr } = await run(process.execPath, [ROLECALL, 'exec', '--', path], bareEnv(home, KEYS))
  expect(status).toBe(126)
  expect(stderr).toContain('could not be started (EACCES)')
})

test('a command that a signal ended is 128 and its number', async () => {
  const { status } = await rolecall(['exec', '--', 'sh', '-c', 'kill -KILL $$'], { env: KEYS })
  expect(status).toBe(137)
})

test.each([
  ['SIGTERM', 3],
  ['SIGINT', 4],
  ['SIGHUP', 5],
  ['SIGQUIT', 6],
  ['SIGUSR1', 7],
  ['SIGUSR2', 8],
] as const)('%s reaches the command once, and its answer is the status', async (signal, status) => {
  const script = `
    let count = 0
    process.on('${signal}', () => { count++; setTimeout(() => process.exit(count === 1 ? ${status} : 99), 200) })
    process.stdout.write('ready')
    setInterval(() => {}, 1000)`
  const child = startRolecall(['exec', '--', process.execPath, '-e', script], { env: KEYS })
  child.stdout?.once('data', () => child.kill(signal))
  expect((await waitFor(child)).status).toBe(status)
})

test('without credentials the command is not started', async () => {
  const { status, stdout } = await rolecall(['exec', '--', 'echo', 'started'])
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
})

test('no secret is in the arguments of any process', async () => {
  const { stdout } = await rolecall(['exec', '--', 'sh', '-c', 'tr "\\0" " " < /proc/$PPID/cmdline /proc/$$/cmdline'], {
    env: KEYS,
  })
  expect(stdout).not.toContain('canary')
})
