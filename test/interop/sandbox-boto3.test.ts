import type { Place } from '@rolecall/sandbox'
import { beforeAll, describe, expect } from 'vitest'
import { readFailure, requireProgram, test } from './sandbox-child.ts'

beforeAll(() => requireProgram('python3', ['-c', 'import boto3'], 'Python 3 with boto3'))

const REGION = { AWS_DEFAULT_REGION: 'us-east-1' } // it does not ask the instance for its region
const WHO_AM_I = `
import boto3
session = boto3.Session()
print(session.get_credentials().method, session.client('sts').get_caller_identity()['Arn'])
`

describe('boto3 finds its credentials where the sandbox says it runs', () => {
  test.for<[place: Place, method: string, user: string]>([
    ['keys', 'env', 'user/demo'],
    ['web-identity', 'assume-role-with-web-identity', 'assumed-role/demo-web-identity/'],
    ['ecs', 'container-role', 'assumed-role/demo-ecs/'],
    ['eks', 'container-role', 'assumed-role/demo-eks/'],
    ['ec2', 'iam-role', 'assumed-role/demo-ec2/'],
  ])('%s', async ([place, method, user], { sandbox, run }) => {
    const stdout = await run('python3', ['-c', WHO_AM_I], { ...REGION, ...(await sandbox.env(place)) })
    expect(stdout).toMatch(new RegExp(`^${method} arn:aws:(iam|sts)::123456789012:${user}`))
  })
})

test('it reads all that AssumeRole answers', async ({ sandbox, run }) => {
  const script = `
import boto3, json
answer = boto3.client('sts').assume_role(
    RoleArn='arn:aws:iam::123456789012:role/demo', RoleSessionName='boto', DurationSeconds=900,
    Tags=[{'Key': 'team', 'Value': 'blue & green'.replace('&', '+')}], TransitiveTagKeys=['team'], SourceIdentity='ann',
    Policy=json.dumps({'Version': '2012-10-17', 'Statement': []}), PolicyArns=[{'arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess'}])
answer['Seconds'] = (answer['Credentials'].pop('Expiration') - __import__('datetime').datetime.now(__import__('datetime').timezone.utc)).total_seconds()
print(json.dumps(answer))
`
  const answer = JSON.parse(await run('python3', ['-c', script], await sandbox.env('keys')))
  expect(answer).toMatchObject({
    AssumedRoleUser: { Arn: 'arn:aws:sts::123456789012:assumed-role/demo/boto' },
    PackedPolicySize: expect.any(Number),
    SourceIdentity: 'ann',
    Credentials: { AccessKeyId: expect.stringMatching(/^ASIA/) },
    ResponseMetadata: { HTTPStatusCode: 200, RequestId: expect.stringMatching(/^[\da-f-]{36}$/) },
  })
  expect(answer.Seconds).toBeGreaterThan(880)
  expect(answer.Seconds).toBeLessThanOrEqual(900)
})

test('it reads all that AssumeRoleWithWebIdentity answers', async ({ sandbox, run }) => {
  const script = `
import boto3, json, os
answer = boto3.client('sts').assume_role_with_web_identity(
    RoleArn=os.environ['AWS_ROLE_ARN'], RoleSessionName='boto', WebIdentityToken=open(os.environ['AWS_WEB_IDENTITY_TOKEN_FILE']).read())
print(json.dumps(answer, default=str))
`
  const answer = JSON.parse(await run('python3', ['-c', script], await sandbox.env('web-identity')))
  expect(answer).toMatchObject({
    Audience: 'sts.amazonaws.com',
    SubjectFromWebIdentityToken: 'system:serviceaccount:default:demo',
    Provider: `arn:aws:iam::123456789012:oidc-provider/${new URL(sandbox.url).host}`,
  })
})

test('it knows an expired token by its exception', async ({ sandbox, run }) => {
  const script = `
import boto3, os
client = boto3.client('sts')
try:
    client.assume_role_with_web_identity(RoleArn=os.environ['AWS_ROLE_ARN'], RoleSessionName='boto', WebIdentityToken=os.environ['TOKEN'])
except client.exceptions.ExpiredTokenException as error:
    print(error.response['ResponseMetadata']['HTTPStatusCode'], error.response['Error']['Type'])
`
  const TOKEN = await sandbox.issueToken({ exp: Math.floor(sandbox.now / 1000) - 600 })
  const env = { ...(await sandbox.env('web-identity')), TOKEN }
  expect((await run('python3', ['-c', script], env)).trim()).toBe('400 Sender')
})

test('it is refused by a container endpoint for a wrong token', async ({ sandbox, run }) => {
  const env = { ...(await sandbox.env('ecs')), AWS_CONTAINER_AUTHORIZATION_TOKEN: 'wrong' }
  expect(await readFailure(run('python3', ['-c', WHO_AM_I], env))).toContain('AccessDenied')
})
