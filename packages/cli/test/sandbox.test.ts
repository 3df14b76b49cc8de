import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bareEnv, createHome, ROLECALL, rolecall, run, startRolecall, waitFor } from './world.ts'

let sandbox: Sandbox
let env: Record<string, string>
let account: string
let roleArn: string
beforeAll(async () => {
  sandbox = await startSandbox()
  env = await sandbox.env('keys')
  const Statement = [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: ['sts:AssumeRole', 'sts:TagSession'] }]
  const role = { name: 'deploy', trustPolicy: { Version: '2012-10-17', Statement } }
  roleArn = (await sandbox.createRole(role)).arn
  account = roleArn.split(':')[4] ?? ''
})
afterAll(() => sandbox.stop())

test('whoami shows who this is, and no secret', async () => {
  const { status, stdout, stderr } = await rolecall(['whoami'], { env })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(new RegExp(`^account {3}${account}\\narn {7}arn:aws:`))
  expect(stdout).toMatch(/^source {4}env$/m)
  expect(stdout).not.toContain(env['AWS_SECRET_ACCESS_KEY'])
  expect(stdout).not.toContain(env['AWS_ACCESS_KEY_ID'])
})

test('whoami for a program', async () => {
  const { stdout } = await rolecall(['whoami', '--json'], { env })
  expect(JSON.parse(stdout)).toStrictEqual({
    account: expect.stringMatching(/^\d{12}$/),
    arn: expect.stringContaining(`:${account}:`),
    userId: expect.any(String),
    source: 'env',
    accessKeyId: expect.stringContaining('…'),
    expiration: null,
    region: env['AWS_REGION'],
  })
})

test.each([['whoami'], ['export'], ['exec', '--', 'echo', 'started']])(
  '%s goes on in an allowed account only',
  async (command, ...child) => {
    const [fine, other] = await Promise.all([
      rolecall([command, '--allow-account', '999999999999', '--allow-account', account, ...child], { env }),
      rolecall([command, '--json', '--allow-account', '999999999999', ...child], { env }),
    ])
    expect(fine).toMatchObject({ status: 0, stdout: expect.stringMatching(/./) })
    expect(other).toMatchObject({ status: 1, stdout: '' })
    expect(JSON.parse(other.stderr)).toMatchObject({ error: { code: 'ACCOUNT_NOT_ALLOWED' } })
  },
)

test('a role is assumed with what the options say of its session', async () => {
  const session = [
    '--role-arn',
    roleArn,
    '--session-name',
    'me',
    '--tag',
    'team=blue',
    '--duration',
    '900',
    '--read-only',
  ]
  const { status, stdout, stderr } = await rolecall(['export', '--format', 'json', ...session], { env })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const shown = JSON.parse(stdout)
  expect(shown).toMatchObject({ source: 'assume-role', accountId: account, sessionToken: expect.any(String) })
  expect(Date.parse(shown.expiration) - Date.now()).toBeLessThanOrEqual(900_000)
})

test('a role that may not be assumed ends in an error, never in the wider credentials', async () => {
  const args = ['export', '--json', '--role-arn', `arn:aws:iam::${account}:role/nobody`]
  const { status, stdout, stderr } = await rolecall(args, { env })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'SOURCE_REFUSED' } })
  expect(stderr).not.toContain(env['AWS_SECRET_ACCESS_KEY'])
})

test.each(['keys', 'web-identity', 'ecs', 'eks', 'ec2', 'sso', 'login'])(
  'a command in the place %s finds credentials there',
  async (place) => {
    const inside = ['--', process.execPath, ROLECALL, 'whoami', '--json']
    const { status, stdout, stderr } = await rolecall(['sandbox', '--place', place, ...inside], {
      env: { AWS_PROFILE: 'unseen' },
      files: { '.aws/config': '[default]\naws_access_key_id = AKIAMINE\naws_secret_access_key = my-own-secret\n' },
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const sources: Record<string, string> = {
      keys: 'env',
      ecs: 'container',
      eks: 'container',
      ec2: 'instance',
      sso: 'profile',
      login: 'profile',
    }
    expect(JSON.parse(stdout)).toMatchObject({ source: sources[place] ?? place })
  },
)

test('the status of the command is the status of the sandbox', async () => {
  expect(await rolecall(['sandbox', '--', 'sh', '-c', 'exit 7'])).toMatchObject({ status: 7, stdout: '' })
})

test('alone it prints what a shell sets, and stays until it is told to end', async () => {
  const child = startRolecall(['sandbox'])
  child.stderr?.once('data', () => child.kill('SIGTERM'))
  const { status, stdout, stderr } = await waitFor(child)
  expect(status).toBe(0)
  expect(stdout).toMatch(/^export AWS_ACCESS_KEY_ID='[^']+'$/m)
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .every((line) => line.startsWith('export AWS_')),
  ).toBe(true)
  expect(stderr).toContain('http://127.0.0.1:')
})

test('without a folder for its files it says so', async () => {
  const { status, stdout, stderr } = await rolecall(['sandbox', '--', 'env'], { env: { TMPDIR: '/none/such' } })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toContain('private files cannot be written to /none/such (ENOENT)')
})

test('for a program the variables are one line', async () => {
  const child = startRolecall(['sandbox', '--json', '--place', 'ec2'])
  child.stderr?.once('data', () => child.kill('SIGINT'))
  const { status, stdout } = await waitFor(child)
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    url: expect.stringContaining('http://127.0.0.1:'),
    env: expect.any(Object),
  })
})

test('where the sandbox is not installed it says so', async () => {
  const home = createHome()
  cpSync(dirname(ROLECALL), home, { recursive: true })
  const alone = join(home, 'rolecall.cjs')
  const { status, stdout, stderr } = await run(process.execPath, [alone, 'sandbox', '--json'], bareEnv(home))
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({
    error: { code: 'SANDBOX_MISSING', remedy: expect.stringContaining('npm install @rolecall/sandbox') },
  })
})
