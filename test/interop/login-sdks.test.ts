import { readFileSync } from 'node:fs'
import { type Sandbox, startSandbox } from '@rolecall/sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADDRESS, createMachine, type Machine, services, ssoConfig } from '../../packages/cli/test/login-world.ts'
import { run } from '../../packages/cli/test/world.ts'
import { requireProgram } from './sandbox-child.ts'

const ME = 'arn:aws:iam::123456789012:user/demo'
const WHO_AM_I = `
import boto3, sys
session = boto3.Session(profile_name=sys.argv[1])
print(session.get_credentials().method, session.client('sts').get_caller_identity()['Arn'])
`
/** Reads and renews the token of a session as botocore does for services that take one. */
const TOKEN = `
import botocore.session, botocore.tokens
session = botocore.session.Session(profile='dev')
provider = botocore.tokens.SSOTokenProvider(session)
token = provider.load_token()
print(len(token.get_frozen_token().token) > 20, provider.METHOD)
`
const KEYS_BY_SDK = `
import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
const { accessKeyId, accountId } = await fromNodeProviderChain({ profile: process.argv[1] })()
console.log(accessKeyId, accountId)
`
let sandbox: Sandbox
beforeAll(async () => {
  await requireProgram('python3', ['-c', 'import boto3'], 'Python 3 with boto3')
  sandbox = await startSandbox()
})
afterAll(() => sandbox?.stop())

function python({ home }: Machine, script: string, ...args: string[]): ReturnType<typeof run> {
  const world = { PATH: process.env['PATH'] ?? '', HOME: home, NO_PROXY: '127.0.0.1' }
  return run('python3', ['-c', script, ...args], { ...world, ...services(sandbox), AWS_DEFAULT_REGION: 'us-east-1' })
}

test.each([['--device-code'], ['--no-browser']])('boto3 uses the sign-in that %s made', async (way) => {
  const machine = createMachine(sandbox, { files: { '.aws/config': ssoConfig(sandbox) } })
  const login = machine.start('login', '--profile', 'dev', way)
  const callback = await sandbox.visit(await login.shows(ADDRESS))
  if (callback) await fetch(callback)
  expect(await login.ended).toMatchObject({ status: 0 })

  const { stdout, stderr } = await python(machine, WHO_AM_I, 'dev')
  expect(stdout, stderr).toMatch(/^sso arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_ReadOnly_\w+\/demo/)
  expect(await python(machine, TOKEN)).toMatchObject({ stdout: 'True sso\n' })
})

test('boto3 uses the sign-in of a profile of the older kind', async () => {
  const machine = createMachine(sandbox, { files: { '.aws/config': ssoConfig(sandbox) } })
  const login = machine.start('login', '--profile', 'legacy')
  await sandbox.visit(await login.shows(ADDRESS))
  await login.ended
  const { stdout, stderr } = await python(machine, WHO_AM_I, 'legacy')
  expect(stdout, stderr).toContain('AWSReservedSSO_ReadOnly')
})

test('the AWS SDK for JavaScript uses the session of aws login', async () => {
  const machine = createMachine(sandbox, { files: { '.aws/config': `[profile me]\nlogin_session = ${ME}\n` } })
  const login = machine.start('login', '--profile', 'me', '--no-browser', '--json')
  await fetch((await sandbox.visit(await login.shows(ADDRESS))) ?? '')
  const { file } = JSON.parse((await login.ended).stdout)
  const { accessKeyId } = JSON.parse(readFileSync(file, 'utf8')).accessToken

  const sdk = ['--input-type=module', '-e', KEYS_BY_SDK, 'me']
  const env = { PATH: process.env['PATH'] ?? '', HOME: machine.home, ...services(sandbox) }
  const { stdout, stderr } = await run(process.execPath, sdk, env)
  expect(stdout, stderr).toBe(`${accessKeyId} 123456789012\n`)
})
