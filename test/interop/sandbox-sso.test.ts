import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Environment } from '@rolecall/sandbox'
import { beforeAll, describe, expect } from 'vitest'
import { readFailure, requireProgram, test } from './sandbox-child.ts'

beforeAll(() => requireProgram('aws', ['--version'], 'the AWS CLI'))
beforeAll(() => requireProgram('python3', ['-c', 'import boto3'], 'Python 3 with boto3'))

const WHO_AM_I = ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text']
const READ_ONLY = /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_ReadOnly_[\da-f]{16}\/demo$/

const getCache = (env: Environment) =>
  join(env['HOME'] ?? '', '.aws/sso/cache', `${createHash('sha1').update('sandbox').digest('hex')}.json`)

/** As it is some time after the person has signed in. Returns the refresh token in it. */
async function expireToken(env: Environment): Promise<string> {
  const cache = JSON.parse(await readFile(getCache(env), 'utf8'))
  await writeFile(getCache(env), JSON.stringify({ ...cache, expiresAt: '2026-01-01T00:00:00Z' }))
  return cache.refreshToken
}

describe('the AWS CLI, of someone who has signed in', () => {
  test.for([
    ['sso', 'ReadOnly'],
    ['sso-admin', 'Admin'],
    ['sso-legacy', 'ReadOnly'],
  ] as const)('works with the profile %s', async ([profile, role], { sandbox, run }) => {
    const stdout = await run('aws', [...WHO_AM_I, '--profile', profile], await sandbox.env('sso'))
    expect(stdout).toContain(`assumed-role/AWSReservedSSO_${role}_`)
  })

  test('refreshes the token through the sandbox, twice, and writes it back', async ({ sandbox, run }) => {
    const env = await sandbox.env('sso')
    for (const _time of [1, 2]) {
      const used = await expireToken(env)
      expect((await run('aws', WHO_AM_I, env)).trim()).toMatch(READ_ONLY)
      const cache = JSON.parse(await readFile(getCache(env), 'utf8'))
      expect(cache.refreshToken).not.toBe(used)
      expect(Date.parse(cache.expiresAt)).toBeGreaterThan(Date.now() + 3_500_000)
    }
    const refreshes = sandbox.calls.filter(({ operation }) => operation === 'CreateToken')
    expect(refreshes.map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
  })

  test('lists accounts and roles, page by page, and signs out', async ({ sandbox, run }) => {
    const env = await sandbox.env('sso')
    const token = ['--access-token', JSON.parse(await readFile(getCache(env), 'utf8')).accessToken]
    const ask = async (...args: string[]) =>
      JSON.parse(await run('aws', ['sso', ...args, ...token, '--output', 'json'], env))
    expect(await ask('list-accounts')).toMatchObject({ accountList: [{ accountId: '123456789012' }] })
    const roles = await ask('list-account-roles', '--account-id', '123456789012', '--page-size', '1')
    expect(roles.roleList.map(({ roleName }: { roleName: string }) => roleName)).toEqual(['Admin', 'ReadOnly'])
    await run('aws', ['sso', 'logout', ...token], env)
    expect(await readFailure(ask('list-accounts'))).toContain('(UnauthorizedException)')
  })

  test('understands why it is refused', async ({ sandbox, run }) => {
    const env = await sandbox.env('sso')
    const failure = async () => readFailure(run('aws', WHO_AM_I, env))
    const config = await readFile(env['AWS_CONFIG_FILE'] ?? '', 'utf8')
    await writeFile(env['AWS_CONFIG_FILE'] ?? '', config.replaceAll('= ReadOnly', '= Owner'))
    expect(await failure()).toContain('(ForbiddenException) when calling the GetRoleCredentials operation: No access')
    await writeFile(env['AWS_CONFIG_FILE'] ?? '', config)
    sandbox.now += 9 * 3_600_000
    expect(await failure()).toContain(
      'The SSO session associated with this profile has expired or is otherwise invalid',
    )
  })
})

describe('boto3', () => {
  test('refreshes the token, and gets the keys of the role', async ({ sandbox, run }) => {
    const env = await sandbox.env('sso')
    await expireToken(env)
    const script = `
import boto3
session = boto3.Session()
print(session.get_credentials().method, session.client('sts').get_caller_identity()['Arn'])
`
    const [method, arn] = (await run('python3', ['-c', script], env)).trim().split(' ')
    expect(method).toBe('sso')
    expect(arn).toMatch(READ_ONLY)
    expect(sandbox.calls.map(({ operation }) => operation)).toEqual([
      'CreateToken',
      'GetRoleCredentials',
      'GetCallerIdentity',
    ])
  })

  test('signs a device in, by way of every exception on the way', async ({ sandbox, run }) => {
    const script = `
import boto3, os, re, urllib.parse, urllib.request
oidc = boto3.client('sso-oidc')
client = oidc.register_client(clientName='boto', clientType='public', scopes=['sso:account:access'])
keys = {k: client[k] for k in ('clientId', 'clientSecret')}
device = oidc.start_device_authorization(startUrl=os.environ['AWS_ENDPOINT_URL_SSO'] + '/start', **keys)
def poll():
    return oidc.create_token(grantType='urn:ietf:params:oauth:grant-type:device_code', deviceCode=device['deviceCode'], **keys)
for name in ('AuthorizationPendingException', 'SlowDownException'):
    try:
        poll()
    except getattr(oidc.exceptions, name) as error:
        print(name, error.response['error'], error.response['ResponseMetadata']['HTTPStatusCode'])
page = urllib.request.urlopen(device['verificationUriComplete']).read().decode()
form = {'form_token': re.search(r'name="form_token" value="([^"]+)"', page).group(1), 'decision': 'allow'}
urllib.request.urlopen(device['verificationUri'], urllib.parse.urlencode(form).encode())
token = poll()
roles = boto3.client('sso').list_account_roles(accessToken=token['accessToken'], accountId='123456789012')['roleList']
print(token['tokenType'], token['expiresIn'], len(roles))
token = oidc.create_token(grantType='refresh_token', refreshToken=token['refreshToken'], **keys)
print(token['tokenType'])
`
    const { HOME: _home, AWS_PROFILE: _profile, ...env } = await sandbox.env('sso')
    expect((await run('python3', ['-c', script], env)).trim().split('\n')).toEqual([
      'AuthorizationPendingException authorization_pending 400',
      'SlowDownException slow_down 400',
      'Bearer 3600 2',
      'Bearer',
    ])
  })
})
