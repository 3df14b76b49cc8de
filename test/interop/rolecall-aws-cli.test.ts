import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Place, Sandbox } from '@rolecall/sandbox'
import { beforeAll, describe, expect, onTestFinished } from 'vitest'
import { requireProgram, test } from './sandbox-child.ts'

beforeAll(() => requireProgram('aws', ['--version'], 'the AWS CLI'))

const ROLECALL = join(import.meta.dirname, '../../packages/cli/dist/rolecall.cjs')
const WHO_AM_I = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text']
const REGION = { AWS_DEFAULT_REGION: 'us-east-1' }
const rolecall = (...args: string[]): [command: string, args: string[]] => [process.execPath, [ROLECALL, ...args]]

async function writeConfig(sandbox: Sandbox): Promise<Record<string, string>> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...env } = await sandbox.env('keys')
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const config = join(folder, 'config')
  writeFileSync(
    config,
    `[profile keys]
aws_access_key_id = ${AWS_ACCESS_KEY_ID}
aws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}
[profile role]
role_arn = arn:aws:iam::123456789012:role/demo
source_profile = keys
[profile through-rolecall]
credential_process = '${process.execPath}' '${ROLECALL}' export --profile role
`,
  )
  return { ...env, ...REGION, AWS_CONFIG_FILE: config }
}

describe('rolecall exec gives the AWS CLI credentials from', () => {
  test.for<[place: Place, arn: string]>([
    ['keys', 'user/demo'],
    ['web-identity', 'assumed-role/demo-web-identity/'],
    ['ecs', 'assumed-role/demo-ecs/'],
    ['eks', 'assumed-role/demo-eks/'],
    ['ec2', 'assumed-role/demo-ec2/'],
    ['sso', 'assumed-role/AWSReservedSSO_ReadOnly_'],
    ['login', 'user/'],
  ])('%s', async ([place, arn], { sandbox, run }) => {
    const env = { ...REGION, ...(await sandbox.env(place)) }
    expect(await run(...rolecall('exec', '--', 'aws', ...WHO_AM_I), env)).toContain(`:${arn}`)
  })

  test('a profile that assumes a role', async ({ sandbox, run }) => {
    const env = await writeConfig(sandbox)
    const arn = await run(...rolecall('exec', '--profile', 'role', '--', 'aws', ...WHO_AM_I), env)
    expect(arn).toContain(':assumed-role/demo/')
  })

  test('a role on top, by a flag', async ({ sandbox, run }) => {
    const env = await writeConfig(sandbox)
    const role = ['--profile', 'keys', '--role-arn', 'arn:aws:iam::123456789012:role/demo', '--session-name', 'me']
    expect(await run(...rolecall('exec', ...role, '--', 'aws', ...WHO_AM_I), env)).toContain(':assumed-role/demo/me')
  })
})

test('rolecall export is a credential_process of the AWS CLI', async ({ sandbox, run }) => {
  const env = await writeConfig(sandbox)
  expect(await run('aws', [...WHO_AM_I, '--profile', 'through-rolecall'], env)).toContain(':assumed-role/demo/')
})

test('rolecall export --format env is what a shell needs for the AWS CLI', async ({ sandbox, run }) => {
  const env = { ...(await writeConfig(sandbox)), AWS_PROFILE: 'role' }
  const line = `eval "$('${process.execPath}' '${ROLECALL}' export --format env)" && unset AWS_PROFILE && aws ${WHO_AM_I.join(' ')}`
  expect(await run('bash', ['-c', line], env)).toContain(':assumed-role/demo/')
})
