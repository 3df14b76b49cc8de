import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place } from '@rolecall/sandbox'
import { beforeAll, describe, expect } from 'vitest'
import { readFailure, requireProgram, test } from './sandbox-child.ts'

beforeAll(() => requireProgram('aws', ['--version'], 'the AWS CLI'))

const WHO_AM_I = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text']
const REGION = { AWS_DEFAULT_REGION: 'us-east-1' } // it does not ask the instance for its region
const DEMO_ROLE = 'arn:aws:iam::123456789012:role/demo'
const ASSUME = ['sts', 'assume-role', '--role-arn', DEMO_ROLE, '--role-session-name', 'cli', '--output', 'json']

describe('the AWS CLI finds its credentials where the sandbox says it runs', () => {
  test.for<[place: Place, arn: RegExp]>([
    ['keys', /^arn:aws:iam::123456789012:user\/demo$/],
    ['web-identity', /^arn:aws:sts::123456789012:assumed-role\/demo-web-identity\/botocore-session-\d+$/],
    ['ecs', /^arn:aws:sts::123456789012:assumed-role\/demo-ecs\/[\da-f]{32}$/],
    ['eks', /^arn:aws:sts::123456789012:assumed-role\/demo-eks\/eks-demo-[\da-f-]{36}$/],
    ['ec2', /^arn:aws:sts::123456789012:assumed-role\/demo-ec2\/i-[\da-f]{17}$/],
  ])('%s', async ([place, arn], { sandbox, run }) => {
    const stdout = await run('aws', WHO_AM_I, { ...REGION, ...(await sandbox.env(place)) })
    expect(stdout.trim()).toMatch(arn)
  })
})

test('it assumes a role, and works as that role', async ({ sandbox, run }) => {
  const env = await sandbox.env('keys')
  const { Credentials, AssumedRoleUser } = JSON.parse(await run('aws', ASSUME, env))
  expect(AssumedRoleUser.Arn).toBe('arn:aws:sts::123456789012:assumed-role/demo/cli')
  const session = {
    ...env,
    AWS_ACCESS_KEY_ID: Credentials.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials.SessionToken,
  }
  expect((await run('aws', WHO_AM_I, session)).trim()).toBe(AssumedRoleUser.Arn)

  sandbox.now = Date.parse(Credentials.Expiration)
  expect(await readFailure(run('aws', WHO_AM_I, session))).toContain(
    'An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired',
  )
})

test('it follows a profile through two roles', async ({ sandbox, run }) => {
  const allow = { Effect: 'Allow', Principal: { AWS: DEMO_ROLE }, Action: 'sts:AssumeRole' }
  const Condition = { StringEquals: { 'sts:ExternalId': 'x-1' } }
  const trustPolicy = { Statement: [{ ...allow, Condition }] }
  const { arn } = await sandbox.createRole({ name: 'deploy', trustPolicy })
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...env } = await sandbox.env('keys')
  const home = (await run('sh', ['-c', 'echo "$HOME"'], {})).trim()
  const config = join(home, 'config')
  await writeFile(
    config,
    [
      '[profile base]',
      `aws_access_key_id = ${AWS_ACCESS_KEY_ID}`,
      `aws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}`,
      '[profile demo]',
      `role_arn = ${DEMO_ROLE}`,
      'source_profile = base',
      '[profile deploy]',
      `role_arn = ${arn}`,
      'external_id = x-1',
      'source_profile = demo',
    ].join('\n'),
  )
  const stdout = await run('aws', [...WHO_AM_I, '--profile', 'deploy'], { ...env, AWS_CONFIG_FILE: config })
  expect(stdout).toMatch(/^arn:aws:sts::123456789012:assumed-role\/deploy\/botocore-session-/)
  expect(sandbox.calls.map(({ operation, roleArn }) => [operation, roleArn])).toEqual([
    ['AssumeRole', DEMO_ROLE],
    ['AssumeRole', arn],
    ['GetCallerIdentity', undefined],
  ])
})

describe('it understands why it is refused', () => {
  test('a wrong secret', async ({ sandbox, run }) => {
    const env = { ...(await sandbox.env('keys')), AWS_SECRET_ACCESS_KEY: 'wrong' }
    expect(await readFailure(run('aws', WHO_AM_I, env))).toContain('(SignatureDoesNotMatch)')
  })

  test('a role that does not trust it', async ({ sandbox, run }) => {
    const args = [...ASSUME, '--role-arn', 'arn:aws:iam::123456789012:role/demo-ec2']
    expect(await readFailure(run('aws', args, await sandbox.env('keys')))).toContain(
      'An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::123456789012:user/demo is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/demo-ec2',
    )
  })

  test('too long a session', async ({ sandbox, run }) => {
    const args = [...ASSUME, '--duration-seconds', '3601']
    expect(await readFailure(run('aws', args, await sandbox.env('keys')))).toContain('(ValidationError)')
  })
})

test('it tries again after a fault', async ({ sandbox, run }) => {
  sandbox.fault({ service: 'sts', status: 503, times: 1 })
  expect(await run('aws', WHO_AM_I, await sandbox.env('keys'))).toContain(':user/demo')
  expect(sandbox.calls.map(({ outcome }) => outcome)).toEqual(['HTTP 503', 'ok'])
})
