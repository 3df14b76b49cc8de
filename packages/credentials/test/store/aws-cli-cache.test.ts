/** Sessions in the files of the AWS CLI: found there, written there, and never one caller's given to another. */
import { describe, expect, test } from 'vitest'
import { createCredentials } from '../../src/create-credentials.ts'
import { type FakeHost, fakeHost } from '../fake-host.ts'
import { inMinutes, ROLE_URL, readJson, roleAnswer, ssoWorld, tokenFile } from '../sso-world.ts'
import { STS } from '../sts-world.ts'
import { CONFIG, MIN, machine, numberOf, sessionOf } from './store-world.ts'

const CACHE = '/home/user/.aws/cli/cache'
/** As botocore names it: the SHA-1 of `{"RoleArn": "arn:aws:iam::123456789012:role/deploy"}`. */
const FILE = `${CACHE}/6a9d9ba39800a1773d9a3bd50c4a0db301ff5832.json`
const THEIRS = JSON.stringify({
  Credentials: {
    AccessKeyId: 'ASIAAWSCLI0000000007',
    SecretAccessKey: 'their-secret',
    SessionToken: 'their-token',
    Expiration: '2026-01-01T01:00:00UTC',
  },
  AssumedRoleUser: { AssumedRoleId: 'AROA:x', Arn: 'arn:aws:sts::123456789012:assumed-role/deploy/x' },
  ResponseMetadata: { HTTPStatusCode: 200 },
})

/** What the AWS CLI has written after the profiles. */
async function written({ host }: ReturnType<typeof machine>, text = THEIRS, file = FILE): Promise<void> {
  await host.pass(1_000)
  await host.writeFile(file, new TextEncoder().encode(text), { mode: 0o600 })
}

describe('the AWS CLI’s cache', () => {
  test('has a session of ours under the AWS CLI’s own name', async () => {
    const { host, startProcess } = machine()
    await startProcess()()
    const [file = ''] = Object.keys(host.files).filter((path) => path.startsWith(CACHE))
    expect(file).toBe(FILE)
    expect(JSON.parse(new TextDecoder().decode(host.files[file] as Uint8Array))).toEqual({
      Credentials: {
        AccessKeyId: 'ASIASESSION000000001',
        SecretAccessKey: 'session-secret',
        SessionToken: 'session-token',
        Expiration: '2026-01-01T01:00:00Z',
        AccountId: '123456789012',
      },
      RolecallSession: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  test('gives its session where we have none', async () => {
    const world = machine()
    await written(world)
    expect(numberOf(await world.startProcess()())).toBe(7)
    expect(numberOf(await world.startProcess()())).toBe(7)
    expect(world.host.requests).toHaveLength(0)
  })

  test.each<[what: string, text: string]>([
    ['that is over', THEIRS.replace('2026-01-01T01:00:00UTC', '2025-12-31T23:59:59Z')],
    ['that is empty', ''],
    ['that is half written', THEIRS.slice(0, 90)],
    ['without a token', THEIRS.replace('"SessionToken":"their-token",', '')],
    ['without an end', THEIRS.replace(',"Expiration":"2026-01-01T01:00:00UTC"', '')],
  ])('gives no session %s', async (_what, text) => {
    const world = machine()
    await written(world, text)
    expect(numberOf(await world.startProcess()())).toBe(1)
  })

  test('gives no session that is older than the profiles: they may have named another caller', async () => {
    const world = machine()
    await written(world)
    await world.host.pass(1_000)
    await world.host.writeFile('/home/user/.aws/config', new TextEncoder().encode(CONFIG), { mode: 0o600 })
    expect(numberOf(await world.startProcess()())).toBe(1)
  })

  test('gives no session that is older than what a profiles file was replaced by, however old that is', async () => {
    const world = machine()
    await written(world)
    const replacedMs = world.host.now() + 1
    const lstat = async (path: string) => {
      const status = await world.host.lstat?.(path)
      return status && (path.endsWith('/config') ? { ...status, changedMs: replacedMs } : status)
    }
    expect(numberOf(await world.startProcess({ host: { ...world.host, lstat } })())).toBe(1)
  })

  test('gives no session where a profiles file is a link: when what it leads to was written is not known', async () => {
    const world = machine()
    await written(world)
    const lstat = async (path: string) => {
      const status = await world.host.lstat?.(path)
      return status && (path.endsWith('/config') ? { ...status, kind: 'link' as const } : status)
    }
    expect(numberOf(await world.startProcess({ host: { ...world.host, lstat } })())).toBe(1)
  })

  test.each<[what: string, change: (host: FakeHost) => void]>([
    [
      'whose profile has other keys now, in a file that looks older',
      ({ files }) => {
        files['/home/user/.aws/config'] = CONFIG.replace('AKIABASEBASEBASE0001', 'AKIABOBBOBBOBBOB0001')
      },
    ],
    [
      'of another STS endpoint',
      ({ env, http }) => {
        Object.assign(env, { AWS_ENDPOINT_URL_STS: 'https://sts.example' })
        http['POST https://sts.example/'] = http[STS] ?? []
      },
    ],
  ])('gives no session of ours to a caller %s', async (_what, change) => {
    const { host, startProcess } = machine()
    await host.pass(1_000)
    await startProcess()()
    change(host)
    expect(numberOf(await startProcess()())).toBe(2)
  })

  test('is left alone where the profiles are elsewhere: the AWS CLI may have read others', async () => {
    const world = machine(undefined, { '/elsewhere/config': CONFIG })
    Object.assign(world.host.env, { AWS_CONFIG_FILE: '/elsewhere/config' })
    await written(world)
    expect(numberOf(await world.startProcess()())).toBe(1)
    expect(new TextDecoder().decode(world.host.files[FILE] as Uint8Array)).toBe(THEIRS)
  })

  test('is shared where a variable names the usual file', async () => {
    const world = machine()
    Object.assign(world.host.env, { AWS_CONFIG_FILE: '~/.aws/config' })
    await written(world)
    expect(numberOf(await world.startProcess()())).toBe(7)
  })

  test('is left alone for a role that two callers ask for', async () => {
    const bob = `[profile bob]
aws_access_key_id = AKIABOBBOBBOBBOB0001
aws_secret_access_key = bobs-secret
[profile deploy-as-bob]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = bob
`
    const world = machine(undefined, { '/home/user/.aws/config': CONFIG + bob })
    await written(world)
    expect(numberOf(await world.startProcess()())).toBe(1)
    expect(numberOf(await world.startProcess({ profile: 'deploy-as-bob' })())).toBe(2)
    expect(numberOf(await world.startProcess()())).toBe(1)
    expect(new TextDecoder().decode(world.host.files[FILE] as Uint8Array)).toBe(THEIRS)
  })

  test('is left alone where the caller’s keys come from a variable', async () => {
    const config = CONFIG.replace('source_profile = base', 'credential_source = Environment')
    const world = machine(undefined, { '/home/user/.aws/config': config })
    Object.assign(world.host.env, { AWS_ACCESS_KEY_ID: 'AKIAENVENVENVENV0001', AWS_SECRET_ACCESS_KEY: 's' })
    await written(world)
    expect(numberOf(await world.startProcess()())).toBe(1)
    expect(new TextDecoder().decode(world.host.files[FILE] as Uint8Array)).toBe(THEIRS)
  })

  test.each<[what: string, settings: string, name: string]>([
    [
      'all parameters',
      'external_id = x1\nduration_seconds = 3600\nrole_session_name = me\nmfa_serial = arn:aws:iam::111122223333:mfa/me\nmfa_process = code',
      '683f73cbbb98f6f646befa302cd1f8128d426767',
    ],
    ['the role alone', '', '5f52c9c583acfd120a607977e4f21fe86b7fa42d'],
  ])('has the names that botocore gives: %s', async (_what, settings, name) => {
    const config = CONFIG.replace('role/deploy', 'role/demo') + settings
    const world = machine(undefined, { '/home/user/.aws/config': config })
    world.host.processes['code'] = '123456\n'
    await world.startProcess()()
    expect(Object.keys(world.host.files)).toContain(`${CACHE}/${name}.json`)
  })
})

describe('a web identity', () => {
  const token = (claims: object): string =>
    ['{}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.')
  const ME = { iss: 'https://oidc.example', sub: 'system:serviceaccount:a:b', aud: 'sts.amazonaws.com' }
  const config = `[default]
role_arn = arn:aws:iam::123456789012:role/demo
web_identity_token_file = /token
`
  const file = `${CACHE}/5f52c9c583acfd120a607977e4f21fe86b7fa42d.json`
  const theirs = (provider: string, subject: string): string =>
    JSON.stringify({ ...JSON.parse(THEIRS), SubjectFromWebIdentityToken: subject, Provider: provider, Audience: 'x' })

  function pod(claims: object = ME) {
    const host = fakeHost({
      files: { '/home/user/.aws/config': config, '/token': token(claims) },
      http: { [STS]: (_request, host) => sessionOf(host) },
    })
    return { host, startProcess: () => createCredentials({ host, store: 'shared' }) }
  }

  test('shares the AWS CLI’s session of the same subject and provider', async () => {
    const { host, startProcess } = pod()
    const provider = 'arn:aws:iam::123456789012:oidc-provider/oidc.example'
    host.files[file] = theirs(provider, ME.sub)
    expect(numberOf(await startProcess()())).toBe(7)
  })

  test.each([
    ['subject', 'arn:aws:iam::123456789012:oidc-provider/oidc.example', 'system:serviceaccount:a:other'],
    ['provider', 'arn:aws:iam::123456789012:oidc-provider/other.example', ME.sub],
  ])('does not use one of another %s', async (_what, provider, subject) => {
    const { host, startProcess } = pod()
    host.files[file] = theirs(provider, subject)
    expect(numberOf(await startProcess()())).toBe(1)
    expect(host.files[file]).toBe(theirs(provider, subject))
  })

  test('is the same with the next token, and another with the token of somebody else', async () => {
    const { host, startProcess } = pod({ ...ME, exp: 1, jti: 'a' })
    await startProcess()()
    host.files['/token'] = token({ ...ME, exp: 2, jti: 'b' })
    await startProcess()()
    expect(host.requests).toHaveLength(1)
    host.files['/token'] = token({ ...ME, sub: 'system:serviceaccount:a:other' })
    expect(numberOf(await startProcess()())).toBe(2)
    await host.pass(50 * MIN)
  })
})

describe('a role of IAM Identity Center', () => {
  const file = `${CACHE}/c30b99aca80d8f5b3178e353f05b2abcc9a4ccd3.json`
  const theirs = JSON.stringify({ ...JSON.parse(THEIRS), ProviderType: 'sso' })
  const person = () => {
    const token = tokenFile({ expiresAt: inMinutes(60) })
    const host = ssoWorld({ token, http: { [ROLE_URL]: () => roleAnswer() } })
    return { host, startProcess: () => createCredentials({ host, profile: 'dev', store: 'shared' }) }
  }

  test('has its session under the AWS CLI’s own name', async () => {
    const { host, startProcess } = person()
    await startProcess()()
    expect(readJson(host, file)).toMatchObject({
      ProviderType: 'sso',
      Credentials: { AccessKeyId: 'ASIAROLEROLEROLE0001', Expiration: '2026-01-01T08:00:00Z' },
    })
  })

  test('takes the AWS CLI’s session where that is newer than the sign-in', async () => {
    const { host, startProcess } = person()
    await host.pass(1_000)
    await host.writeFile(file, new TextEncoder().encode(theirs), { mode: 0o600 })
    expect(numberOf(await startProcess()())).toBe(7)
    expect(host.requests).toEqual([])
  })

  test('leaves one that is older, which may be of another person', async () => {
    const { host, startProcess } = person()
    host.files[file] = theirs
    expect((await startProcess()()).accessKeyId).toBe('ASIAROLEROLEROLE0001')
  })
})
