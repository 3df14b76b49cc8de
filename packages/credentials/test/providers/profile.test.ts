import { describe, expect, test } from 'vitest'
import type { ProviderContext } from '../../src/model/provider.ts'
import { fromProfile } from '../../src/providers/profile.ts'
import { type FakeHost, failureOf, fakeHost, type World } from '../fake-host.ts'
import { formOf, STS, sessionByRole, stsError } from '../sts-world.ts'
import { traceWith } from '../trace.ts'

const CONFIG = '/home/user/.aws/config'
const KEYS = 'aws_access_key_id = AKIABASE\naws_secret_access_key = secret'
const world = (config: string, rest: World = {}): FakeHost =>
  fakeHost({ ...rest, files: { [CONFIG]: config, ...rest.files } })
const provide = (host: FakeHost, context: Partial<ProviderContext> = {}, profile?: string) =>
  Promise.resolve(
    fromProfile(profile === undefined ? {} : { profile }).provide({
      host,
      signal: new AbortController().signal,
      ...context,
    }),
  )
/** Who signed for which role, in order. */
const roles = (host: FakeHost): string[] =>
  host.requests.map((sent) => {
    const signer = /Credential=([^/]+)/.exec(sent.headers['authorization'] ?? '')?.[1] ?? 'nobody'
    return `${signer.replace(/^ASIA0+/, '')} > ${formOf(sent)['RoleArn']}`
  })

describe('which profile', () => {
  const config = ['default', 'profile one', 'profile two', 'profile code']
    .map((name) => `[${name}]\naws_access_key_id = ${name}\naws_secret_access_key = s`)
    .join('\n')
  test.each<[name: string, env: Record<string, string>, context: object, own: string | undefined, key: string]>([
    ['default', {}, {}, undefined, 'default'],
    ['AWS_PROFILE', { AWS_PROFILE: 'one', AWS_DEFAULT_PROFILE: 'two' }, {}, undefined, 'profile one'],
    ['AWS_DEFAULT_PROFILE', { AWS_PROFILE: ' ', AWS_DEFAULT_PROFILE: 'two' }, {}, undefined, 'profile two'],
    ['the option', { AWS_PROFILE: 'one' }, { profile: 'code' }, undefined, 'profile code'],
    ['the one of the provider, before the option', {}, { profile: 'one' }, 'code', 'profile code'],
  ])('%s', async (_name, env, context, own, key) => {
    expect(await provide(world(config, { env }), context, own)).toMatchObject({ accessKeyId: key })
  })

  test('without a default it steps aside', async () => {
    expect(await provide(world('[profile other]'))).toEqual({ skipped: 'no file has a profile named default' })
    expect(await provide(fakeHost())).toEqual({ skipped: 'no file has a profile named default' })
  })

  test('a profile with settings only is passed over, also where it was asked for', async () => {
    expect(await provide(world('[profile a]\nregion = x'), { profile: 'a' })).toEqual({
      skipped: 'profile a names no credentials',
    })
  })

  test.each<[name: string, env: Record<string, string>, context: object]>([
    ['AWS_PROFILE', { AWS_PROFILE: 'gone' }, {}],
    ['AWS_DEFAULT_PROFILE', { AWS_DEFAULT_PROFILE: 'gone' }, {}],
    ['the option', {}, { profile: 'gone' }],
    ['the option, though it is default', { AWS_CONFIG_FILE: '/none' }, { profile: 'default' }],
  ])('one that %s names must be there', async (_name, env, context) => {
    expect(await failureOf(provide(world('[default]', { env }), context))).toMatchObject({
      code: 'PROFILE_NOT_FOUND',
      source: 'profile',
    })
  })

  test('a file named in code is read in place of the other', async () => {
    const host = world('[default]', { files: { '/code': `[default]\n${KEYS}` } })
    expect(await provide(host, { configFile: '/code' })).toMatchObject({ accessKeyId: 'AKIABASE' })
    expect(await failureOf(provide(host, { credentialsFile: '/gone' }))).toMatchObject({ code: 'FILE_MISSING' })
  })
})

test('keys, with their token and account, are as they stand and may not be served past an end', async () => {
  expect(await provide(world(`[default]\n${KEYS}\nAWS_Session_Token = t\naws_account_id = 1`))).toEqual(
    expect.objectContaining({
      accessKeyId: 'AKIABASE',
      secretAccessKey: 'secret',
      sessionToken: 't',
      accountId: '1',
      expiration: undefined,
    }),
  )
})

describe('roles', () => {
  test('one over keys: one request, signed with them', async () => {
    const host = world(
      `[default]\nrole_arn = arn:x/one\nsource_profile = b\nexternal_id = e\nduration_seconds = 900\nrole_session_name = me\n[profile b]\n${KEYS}`,
      { http: { [STS]: sessionByRole } },
    )
    expect(await provide(host)).toMatchObject({ accessKeyId: 'ASIA0000000000000ONE', staleAllowed: true })
    expect(roles(host)).toEqual(['AKIABASE > arn:x/one'])
    expect(formOf(host.requests[0] ?? { body: '' })).toMatchObject({
      ExternalId: 'e',
      DurationSeconds: '900',
      RoleSessionName: 'me',
    })
  })

  test('several: from the far end on, each with the session before', async () => {
    const host = world(
      `[default]\nrole_arn = arn:x/three\nsource_profile = b\n[profile b]\nrole_arn = arn:x/two\nsource_profile = c\n[profile c]\nrole_arn = arn:x/one\nsource_profile = d\n[profile d]\n${KEYS}`,
      { http: { [STS]: sessionByRole } },
    )
    await provide(host)
    expect(roles(host)).toEqual(['AKIABASE > arn:x/one', 'ONE > arn:x/two', 'TWO > arn:x/three'])
    expect(host.requests[1]?.headers['x-amz-security-token']).toBe('session-token')
  })

  test('over the variables, and their account does not leak into the role’s', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 's', AWS_ACCOUNT_ID: '999999999999' }
    const host = world('[default]\nrole_arn = arn:x/one\ncredential_source = Environment', {
      env,
      http: { [STS]: sessionByRole },
    })
    expect(await provide(host)).toMatchObject({ accountId: '123456789012' })
    expect(roles(host)).toEqual(['AKIAENV > arn:x/one'])
  })

  test('over a container', async () => {
    const answer = Response.json({ AccessKeyId: 'AKIAECS', SecretAccessKey: 's' })
    const host = world('[default]\nrole_arn = arn:x/one\ncredential_source = EcsContainer', {
      env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' },
      http: { 'GET http://169.254.170.2/x': answer, [STS]: sessionByRole },
    })
    await provide(host)
    expect(roles(host).at(-1)).toBe('AKIAECS > arn:x/one')
  })

  test('over an instance', async () => {
    const BASE = 'http://169.254.169.254/latest'
    const list = `GET ${BASE}/meta-data/iam/security-credentials-extended/`
    const http = {
      [`PUT ${BASE}/api/token`]: new Response('t'),
      [list]: new Response('r'),
      [`${list}r`]: Response.json({ AccessKeyId: 'AKIAEC2', SecretAccessKey: 's' }),
      [STS]: sessionByRole,
    }
    const host = world('[default]\nrole_arn = arn:x/one\ncredential_source = Ec2InstanceMetadata', { http })
    await provide(host)
    expect(roles(host).at(-1)).toBe('AKIAEC2 > arn:x/one')
  })

  test('over a process and its account', async () => {
    const host = world('[default]\nrole_arn = arn:x/one\nsource_profile = b\n[profile b]\ncredential_process = get', {
      processes: { get: '{"Version":1,"AccessKeyId":"AKIAPROC","SecretAccessKey":"s"}' },
      http: { [STS]: sessionByRole },
    })
    await provide(host)
    expect(roles(host)).toEqual(['AKIAPROC > arn:x/one'])
  })

  test('over a token', async () => {
    const host = world(
      '[default]\nrole_arn = arn:x/two\nsource_profile = b\n[profile b]\nrole_arn = arn:x/one\nweb_identity_token_file = ~/t\nrole_session_name = me',
      { files: { '/home/user/t': 'jwt' }, http: { [STS]: sessionByRole } },
    )
    await provide(host)
    expect(roles(host)).toEqual(['nobody > arn:x/one', 'ONE > arn:x/two'])
    expect(formOf(host.requests[0] ?? { body: '' })).toMatchObject({ WebIdentityToken: 'jwt', RoleSessionName: 'me' })
  })

  test('STS is asked in the region of the selected profile, not in that of its source', async () => {
    const host = world(
      `[default]\nregion = eu-west-1\nrole_arn = arn:x/one\nsource_profile = b\n[profile b]\nregion = us-west-2\nuse_fips_endpoint = true\n${KEYS}`,
      { http: { 'POST https://sts.eu-west-1.amazonaws.com/': sessionByRole } },
    )
    await provide(host)
    expect(host.requests).toHaveLength(1)
  })

  test('the sessions of roles may be served past their end, the keys of a process may not', async () => {
    const process = { processes: { get: '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"s"}' } }
    expect(await provide(world('[default]\ncredential_process = get', process))).not.toHaveProperty('staleAllowed')
    const token = { files: { '/t': 'jwt' }, http: { [STS]: sessionByRole } }
    expect(await provide(world('[default]\nrole_arn = arn:x/one\nweb_identity_token_file = /t', token))).toHaveProperty(
      'staleAllowed',
      true,
    )
  })
})

test('a process may not know its account: then the profile does', async () => {
  const get = '{"Version":1,"AccessKeyId":"a","SecretAccessKey":"s"}'
  expect(
    await provide(world('[default]\ncredential_process = get\naws_account_id = 7', { processes: { get } })),
  ).toMatchObject({ accountId: '7' })
  const knows = get.replace('}', ',"AccountId":"8"}')
  expect(
    await provide(world('[default]\ncredential_process = get\naws_account_id = 7', { processes: { get: knows } })),
  ).toMatchObject({ accountId: '8' })
})

describe('configured but broken ends it, with the place in the file', () => {
  const at = (line: number) => ({ location: { file: CONFIG, line } })
  test.each<[name: string, expected: object, config: string, rest?: World]>([
    ['a malformed file', { code: 'CONFIG_INVALID', ...at(2) }, '[default]\nnonsense'],
    ['half a pair', { code: 'KEYS_INCOMPLETE', ...at(2) }, '[default]\naws_access_key_id = a'],
    ['a role without a source', { code: 'CONFIG_INVALID', ...at(2) }, '[default]\nrole_arn = r'],
    [
      'a token without a role, though AWS_ROLE_ARN is set',
      { code: 'CONFIG_INVALID', ...at(2) },
      '[default]\nweb_identity_token_file = /t',
      { env: { AWS_ROLE_ARN: 'r' } },
    ],
    [
      'no variables',
      { code: 'CONFIG_INVALID', message: expect.stringContaining('Environment'), ...at(3) },
      '[default]\nrole_arn = r\ncredential_source = Environment',
    ],
    [
      'half the variables',
      { code: 'KEYS_INCOMPLETE' },
      '[default]\nrole_arn = r\ncredential_source = Environment',
      { env: { AWS_ACCESS_KEY_ID: 'a' } },
    ],
    [
      'no container',
      { code: 'CONFIG_INVALID', message: expect.stringContaining('EcsContainer'), ...at(3) },
      '[default]\nrole_arn = r\ncredential_source = EcsContainer',
    ],
    [
      'no instance',
      { code: 'CONFIG_INVALID', message: expect.stringContaining('AWS_EC2_METADATA_DISABLED'), ...at(3) },
      '[default]\nrole_arn = r\ncredential_source = Ec2InstanceMetadata',
      { env: { AWS_EC2_METADATA_DISABLED: 'true' } },
    ],
    [
      'a token file that is not there',
      { code: 'FILE_MISSING', location: { file: '/t' } },
      '[default]\nrole_arn = r\nweb_identity_token_file = /t',
    ],
    [
      'a process that fails',
      { code: 'PROCESS_FAILED', ...at(2) },
      '[default]\ncredential_process = get',
      { processes: { get: { exitCode: 1 } } },
    ],
    [
      'a role that says no',
      { code: 'SOURCE_REFUSED', ...at(2) },
      `[default]\nrole_arn = r\nsource_profile = b\n[profile b]\n${KEYS}`,
      { http: { [STS]: stsError('AccessDenied') } },
    ],
    [
      'a device, and nobody there',
      { code: 'MFA_REQUIRED', ...at(2) },
      `[default]\nrole_arn = r\nmfa_serial = dev\nsource_profile = b\n[profile b]\n${KEYS}`,
    ],
    [
      'a region that is none',
      { code: 'REGION_INVALID' },
      `[default]\nregion = a/b\nrole_arn = r\nsource_profile = b\n[profile b]\n${KEYS}`,
    ],
    [
      'an endpoint that is none',
      { code: 'CONFIG_INVALID' },
      `[default]\nendpoint_url = x\nrole_arn = r\nsource_profile = b\n[profile b]\n${KEYS}`,
    ],
  ])('%s', async (_name, expected, config, rest) => {
    expect(await failureOf(provide(world(config, rest)))).toMatchObject(expected)
  })

  test('a circle is found before anything is asked', async () => {
    const host = world(
      '[default]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = default',
    )
    expect(await failureOf(provide(host))).toMatchObject({ code: 'PROFILE_LOOP' })
    expect(host.requests).toEqual([])
  })
})

test('what it read, the plan and what was passed over are told', async () => {
  const told: unknown[] = []
  const trace = traceWith({
    fact: (name, value) => void told.push([name, value]),
    step: (text) => void told.push(text),
    at: (location) => void told.push(location),
    warn: ({ code, text }) => void told.push([code, text]),
  })
  const host = world(
    `[profile a]\nrole_arn = arn:x/one\nsource_profile = b\ncredential_process = get\n[profile b]\n${KEYS}`,
    { http: { [STS]: sessionByRole } },
  )
  await provide(host, { trace, profile: 'a' })
  expect(told).toEqual([
    ['profile', 'a'],
    ['files', '/home/user/.aws/config'],
    { file: '/home/user/.aws/config', line: 2 },
    'static keys AK… (profile b)',
    'assume arn:x/one (profile a)',
    ['SETTING_UNUSED', 'profile a has credential_process, which is not used: role_arn comes first'],
    ['role', 'arn:x/one'],
  ])
})
