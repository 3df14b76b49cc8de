/** The shared store beside the AWS CLI, boto3 and a real keychain. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSandbox } from '@rolecall/sandbox'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { requireProgram } from './sandbox-child.ts'
import { makeHome, ROLECALL, start } from './store/machine.ts'

beforeAll(async () => {
  await requireProgram('aws', ['--version'], 'the AWS CLI')
  await requireProgram('python3', ['-c', 'import boto3'], 'boto3')
  await requireProgram('dbus-run-session', ['--version'], 'dbus')
  await requireProgram('gnome-keyring-daemon', ['--version'], 'gnome-keyring')
})

/** boto3 keeps no sessions on the disk by itself; so it is told to, as its own documentation has it. */
const BOTO3 = `
import os, boto3, botocore.session, botocore.credentials
session = botocore.session.get_session()
provider = session.get_component('credential_provider').get_provider('assume-role')
provider.cache = botocore.credentials.JSONFileCache(os.path.expanduser('~/.aws/cli/cache'))
print(boto3.Session(botocore_session=session).client('sts').get_caller_identity()['Arn'])
`
const TOOLS: Record<string, readonly [command: string, ...args: string[]]> = {
  rolecall: [process.execPath, ROLECALL, 'whoami', '--json'],
  'the AWS CLI': ['aws', 'sts', 'get-caller-identity'],
  boto3: ['python3', '-c', BOTO3],
}

async function world() {
  const sandbox = await startSandbox()
  onTestFinished(() => sandbox.stop())
  const { accessKeyId, secretAccessKey } = await sandbox.createUser('someone')
  const trust = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
  }
  const { arn } = await sandbox.createRole({ name: 'deploy', trustPolicy: trust })
  const home = makeHome(`[profile base]
aws_access_key_id = ${accessKeyId}
aws_secret_access_key = ${secretAccessKey}
[profile deploy]
role_arn = ${arn}
source_profile = base
region = us-east-1
`)
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_PROFILE: 'deploy',
    AWS_ENDPOINT_URL_STS: sandbox.url,
    AWS_PAGER: '',
    NO_PROXY: '127.0.0.1',
  }
  return {
    home,
    run: (command: string, args: readonly string[], more: Record<string, string> = {}) =>
      start(command, args, { ...env, ...more }).ended,
    assumed: () => sandbox.calls.filter(({ operation }) => operation === 'AssumeRole').length,
  }
}

describe('a session is asked for once by', () => {
  test.each([
    ['rolecall', 'the AWS CLI'],
    ['rolecall', 'boto3'],
    ['the AWS CLI', 'rolecall'],
    ['boto3', 'rolecall'],
  ])('%s, and used by %s', async (first, second) => {
    const { run, assumed } = await world()
    for (const tool of [first, second]) {
      const [command = '', ...args] = TOOLS[tool] ?? []
      const { status, stdout, stderr } = await run(command, args)
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout).toContain(':assumed-role/deploy/')
    }
    expect(assumed()).toBe(1)
  })
})

test('the key of the store is in a real keychain, and nothing on the disk can be read without it', async () => {
  const { home, run, assumed } = await world()
  const rolecall = `'${process.execPath}' '${ROLECALL}'`
  const script = `printf '\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
${rolecall} export && ${rolecall} export && ${rolecall} cache ls`
  const { status, stdout, stderr } = await run('dbus-run-session', ['--', 'bash', '-c', script], {
    ROLECALL_STORE_KEY: 'keychain',
    XDG_DATA_HOME: join(home, 'data'),
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining('rolecall:') })
  expect(stdout).toContain('sealed with the key in the keychain')
  expect(assumed()).toBe(1)
  const folder = join(home, '.cache/rolecall/sessions')
  const [entry = ''] = readdirSync(folder)
  expect(Object.keys(JSON.parse(readFileSync(join(folder, entry), 'utf8')))).toEqual(['sealed'])
  expect(readdirSync(join(home, '.cache/rolecall'))).not.toContain('store-key')
})
