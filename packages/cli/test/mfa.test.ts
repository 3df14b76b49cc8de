import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atTerminal, rolecall } from './world.ts'

const PROMPT = /MFA code of /
let sandbox: Sandbox
let env: Record<string, string>
let files: Record<string, string>
let serial: string
let deploy: string
beforeAll(async () => {
  sandbox = await startSandbox()
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = await sandbox.env('keys')
  env = { AWS_ENDPOINT_URL_STS: sandbox.url, AWS_REGION: 'us-east-1' }
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
  const Statement = [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition }]
  const { arn } = await sandbox.createRole({ name: 'deploy', trustPolicy: { Version: '2012-10-17', Statement } })
  deploy = arn
  serial = `arn:aws:iam::${arn.split(':')[4]}:mfa/demo`
  files = {
    '.aws/config': `[profile deploy]
role_arn = ${arn}
source_profile = keys
mfa_serial = ${serial}
[profile keys]
mfa_serial = ${serial}
`,
    '.aws/credentials': `[keys]
aws_access_key_id = ${AWS_ACCESS_KEY_ID}
aws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}
`,
  }
})
afterAll(() => sandbox.stop())

test.each([
  ['export', '--format', 'json'],
  ['whoami', '--json'],
  ['exec', '--', process.execPath, '-p', 'process.env.AWS_SESSION_TOKEN && "deploy"'],
  ['explain', '--json'],
])('the code of --mfa-code is for the role of the profile: %s', async (command, ...args) => {
  const line = [command, '--profile', 'deploy', '--mfa-code', '123456', ...args]
  const { status, stdout, stderr } = await rolecall(line, { env, files })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(command === 'export' ? 'sessionToken' : 'deploy')
})

test('the code goes with the role of --role-arn where the profile names a device and no role', async () => {
  const line = ['whoami', '--profile', 'keys', '--role-arn', deploy, '--mfa-code', '123456']
  const { status, stdout } = await rolecall(line, { env, files })
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('assumed-role/deploy/') })
})

test('a code is good once: where a role of the profile asks for it, that of --role-arn does not get it', async () => {
  const demo = deploy.replace(/deploy$/, 'demo')
  const line = ['whoami', '--profile', 'deploy', '--role-arn', demo, '--mfa-code', '123456']
  const { status, stdout } = await rolecall(line, { env, files })
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('assumed-role/demo/') })
})

test('a code for --role-arn without a device is an error that says where to name it', async () => {
  const config = { ...files, '.aws/config': '[profile keys]\n' }
  const line = ['export', '--json', '--profile', 'keys', '--role-arn', deploy, '--mfa-code', '123456']
  const { status, stdout, stderr } = await rolecall(line, { env, files: config })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({
    error: { code: 'MFA_REQUIRED', remedy: expect.stringContaining('mfa_serial') },
  })
})

test.each(['export', 'whoami'])('%s asks at a terminal, and shows nothing of the answer', async (command) => {
  const { status, stdout } = await atTerminal(
    [command, '--profile', 'deploy', ...(command === 'export' ? ['--format', 'env'] : [])],
    [[PROMPT, '765432\r']],
    { env, files },
  )
  expect(status).toBe(0)
  expect(stdout).toContain(`MFA code of ${serial} (profile deploy): \r\n`)
  expect(stdout).toMatch(command === 'export' ? /^export AWS_SESSION_TOKEN=/m : 'assumed-role/deploy/')
  expect(stdout).not.toContain('765432')
})

test('the command that exec runs has the terminal to itself after the question', async () => {
  const child =
    'process.stdin.once("data", (line) => { console.log("heard " + line); process.exit(7) }); console.log("go")'
  const { status, stdout } = await atTerminal(
    ['exec', '--profile', 'deploy', '--', process.execPath, '-e', child],
    [
      [PROMPT, '123456\r'],
      [/go/, 'hello\r'],
    ],
    { env, files },
  )
  expect(stdout).toContain('heard hello')
  expect(status).toBe(7)
})

test.each([
  ['Ctrl-C', 'whoami', '\u0003', ['whoami']],
  ['Ctrl-D', 'whoami', '\u0004', ['whoami']],
  ['Ctrl-C', 's3 ls', '\u0003', ['s3', 'ls', 'http://127.0.0.1:1/bucket/']],
])('%s at the question ends %s', async (_name, _command, key, command) => {
  const { status, stdout } = await atTerminal([...command, '--profile', 'deploy'], [[PROMPT, key]], { env, files })
  expect(status).toBe(130)
  expect(stdout).toContain('interrupted')
})

test('a code that the device does not show is refused', async () => {
  const { status, stdout } = await atTerminal(['whoami', '--profile', 'deploy'], [[PROMPT, 'abc\r']], { env, files })
  expect(status).toBe(1)
  expect(stdout).toContain('not a code of six digits')
})

test('where there is no terminal nobody is asked', async () => {
  const { status, stdout, stderr } = await rolecall(['export', '--json', '--profile', 'deploy'], { env, files })
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'MFA_REQUIRED', location: { line: expect.any(Number) } } })
})

test('explain asks nobody', async () => {
  const { status, stdout } = await atTerminal(['explain', '--profile', 'deploy'], [], { env, files })
  expect(status).toBe(1)
  expect(stdout).toContain('MFA_REQUIRED')
  expect(stdout).not.toMatch(PROMPT)
})
