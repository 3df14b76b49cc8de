import { describe, expect, test } from 'vitest'
import { createCredentials } from '../src/create-credentials.ts'
import type { CredentialSource } from '../src/model/credential-source.ts'
import type { CredentialsOptions } from '../src/model/credentials-options.ts'
import type { CredentialEvent } from '../src/model/event.ts'
import { type Provider, skip } from '../src/model/provider.ts'
import { fromAssumeRole } from '../src/providers/assume-role.ts'
import { fromProfile } from '../src/providers/profile.ts'
import { fromWebIdentity } from '../src/providers/web-identity.ts'
import { type Answer, drip, type FakeHost, failureOf, fakeHost, silence, type World } from './fake-host.ts'
import { formOf, STS, sessionByRole, stsError, stsIdentity, stsSession } from './sts-world.ts'

const CONFIG = '/home/user/.aws/config'
const CREDENTIALS = '/home/user/.aws/credentials'
const ENV = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 's' }
const STATIC = { accessKeyId: 'AKIASTATIC', secretAccessKey: 's' }
const PROFILE = {
  [CREDENTIALS]:
    '[default]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = s',
}
const PROFILE_DEV = { [CREDENTIALS]: '[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = s' }
const WEB = { AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/web', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }
const ECS = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/ecs' }
const IMDS = 'http://169.254.169.254/latest'
const ROLES = `GET ${IMDS}/meta-data/iam/security-credentials-extended/`
const HTTP: NonNullable<World['http']> = {
  [STS]: sessionByRole,
  'GET http://169.254.170.2/ecs': () => Response.json({ AccessKeyId: 'ASIAECS', SecretAccessKey: 's' }),
  [`PUT ${IMDS}/api/token`]: () => new Response('t'),
  [ROLES]: () => new Response('r'),
  [`${ROLES}r`]: () =>
    Response.json({ AccessKeyId: 'ASIAEC2', SecretAccessKey: 's', Expiration: '2026-01-01T06:00:00Z' }),
}
const HOUR = 3_600_000
/** For six hours, whenever they are asked for. */
const instanceKeys: Answer = (_request, host) =>
  Response.json({
    AccessKeyId: 'ASIAEC2',
    SecretAccessKey: 's',
    Expiration: new Date(host.now() + 6 * HOUR).toISOString(),
  })
/** Every source is configured here. */
const everywhere = (): World => ({
  env: { ...ENV, ...WEB, ...ECS },
  files: { ...PROFILE, '/token': 'jwt' },
  http: HTTP,
})

const create = (
  world: World = {},
  options: CredentialsOptions = {},
): { host: FakeHost; source: CredentialSource; events: CredentialEvent[] } => {
  const host = fakeHost(world)
  const events: CredentialEvent[] = []
  return { host, events, source: createCredentials({ host, onEvent: (event) => events.push(event), ...options }) }
}
const who = async (world: World, options: CredentialsOptions = {}): Promise<string> => {
  const { host, source } = create(world, options)
  const { source: name, accessKeyId } = await host.until(source())
  return `${name}: ${accessKeyId.replace(/^ASIA0+/, '')}`
}
const without = (world: World, ...names: string[]): World => ({
  ...world,
  env: Object.fromEntries(
    Object.entries(world.env ?? {}).filter(([name]) => !names.some((prefix) => name.startsWith(prefix))),
  ),
})

test('nothing is read or asked before the first call', async () => {
  const { host } = create(everywhere())
  await host.pass(1_000)
  expect([...host.reads, ...host.requests]).toEqual([])
})

describe('who wins', () => {
  test('each source before those after it', async () => {
    const world = everywhere()
    expect(await who(world, { credentials: STATIC })).toBe('static: AKIASTATIC')
    expect(await who(world)).toBe('env: AKIAENV')
    const noEnv = without(world, 'AWS_ACCESS', 'AWS_SECRET')
    expect(await who(noEnv)).toBe('profile: AKIAPROFILE')
    const noProfile = { ...noEnv, files: { '/token': 'jwt' } }
    expect(await who(noProfile)).toBe('web-identity: WEB')
    const noWeb = without(noProfile, 'AWS_ROLE', 'AWS_WEB')
    expect(await who(noWeb)).toBe('container: ASIAECS')
    expect(await who(without(noWeb, 'AWS_CONTAINER'))).toBe('instance: ASIAEC2')
  })

  test('explicit keys come last where they are the fallback', async () => {
    const options = { credentials: STATIC, order: 'static-last' } as const
    expect(await who(everywhere(), options)).toBe('env: AKIAENV')
    expect(await who({ env: { AWS_EC2_METADATA_DISABLED: 'true' } }, options)).toBe('static: AKIASTATIC')
  })

  test('and also where another cloud answers in place of an instance', async () => {
    const http = { [`PUT ${IMDS}/api/token`]: () => new Response('', { status: 404 }) }
    expect(await who({ http }, { credentials: STATIC, order: 'static-last' })).toBe('static: AKIASTATIC')
  })

  test('a profile named in code, before the variables', async () => {
    expect(await who(everywhere(), { profile: 'dev' })).toBe('profile: AKIADEV')
  })

  test('variables, before AWS_PROFILE: with a warning', async () => {
    const { events, source } = create({ ...everywhere(), env: { ...ENV, AWS_PROFILE: 'dev' } })
    expect((await source()).accessKeyId).toBe('AKIAENV')
    expect(events).toMatchObject([
      { type: 'warning', code: 'SOURCE_SHADOWED', text: expect.stringContaining('AWS_PROFILE') },
      { type: 'found' },
    ])
  })

  test('variables, though AWS_PROFILE names what is not there', async () => {
    expect(await who({ env: { ...ENV, AWS_PROFILE: 'gone' } })).toBe('env: AKIAENV')
  })

  test('the container, where the selected profile is only another one', async () => {
    expect(
      await who({
        env: ECS,
        files: { [CONFIG]: '[profile other]\naws_access_key_id = a\naws_secret_access_key = s' },
        http: HTTP,
      }),
    ).toBe('container: ASIAECS')
  })

  test('the instance, where the profile has settings only', async () => {
    expect(await who({ files: { [CONFIG]: '[default]\nregion = eu-west-1' }, http: HTTP })).toBe('instance: ASIAEC2')
  })

  test('the profile’s own token, before the variables’', async () => {
    const files = {
      [CONFIG]: '[default]\nrole_arn = arn:aws:iam::123456789012:role/mine\nweb_identity_token_file = /mine',
      '/mine': 'jwt',
    }
    expect(await who({ env: WEB, files, http: HTTP })).toBe('profile: MINE')
  })
})

describe('configured but broken ends it: nothing after it is asked', () => {
  test.each<[name: string, code: string, source: string, world: World, options: CredentialsOptions]>([
    [
      'half a pair in code',
      'KEYS_INCOMPLETE',
      'static',
      {},
      { credentials: { accessKeyId: 'a', secretAccessKey: '' } },
    ],
    ['half a pair in the variables', 'KEYS_INCOMPLETE', 'env', { env: { AWS_ACCESS_KEY_ID: 'a' } }, {}],
    [
      'half a pair in the profile',
      'KEYS_INCOMPLETE',
      'profile',
      { files: { [CREDENTIALS]: '[default]\naws_access_key_id = a' } },
      {},
    ],
    [
      'half a pair in both files together',
      'KEYS_INCOMPLETE',
      'profile',
      { files: { [CREDENTIALS]: '[default]\naws_access_key_id = a', [CONFIG]: '[default]\nregion = x' } },
      {},
    ],
    ['a profile in a variable that is not there', 'PROFILE_NOT_FOUND', 'profile', { env: { AWS_PROFILE: 'gone' } }, {}],
    ['a profile in code that is not there', 'PROFILE_NOT_FOUND', 'profile', { env: ENV }, { profile: 'gone' }],
    ['a config file in code that is not there', 'FILE_MISSING', 'profile', {}, { configFile: '/gone' }],
    ['a credentials file in code that is not there', 'FILE_MISSING', 'profile', {}, { credentialsFile: '/gone' }],
    ['a file that cannot be read', 'FILE_UNREADABLE', 'profile', { files: { [CONFIG]: new Error('x') } }, {}],
    ['a malformed file', 'CONFIG_INVALID', 'profile', { files: { [CONFIG]: 'nonsense' } }, {}],
    [
      'a profile without its source',
      'CONFIG_INVALID',
      'profile',
      { env: WEB, files: { [CONFIG]: '[default]\nrole_arn = r\ncredential_source = Environment' } },
      {},
    ],
    ['a token without a role', 'CONFIG_INVALID', 'web-identity', { env: { AWS_WEB_IDENTITY_TOKEN_FILE: '/t' } }, {}],
    ['a token file that is not there', 'FILE_MISSING', 'web-identity', { env: WEB }, {}],
    [
      'an address that may not be asked',
      'CONFIG_INVALID',
      'container',
      { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://10.0.0.1/' } },
      {},
    ],
    ['a mode that is none', 'CONFIG_INVALID', 'instance', { env: { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'x' } }, {}],
    ['a region in code that is none', 'REGION_INVALID', 'region', { env: ENV }, { region: 'x@evil/' }],
  ])('%s', async (_name, code, source, world, options) => {
    const made = create(world, options)
    expect(await failureOf(made.host.until(made.source()))).toMatchObject({ code, source })
    expect(made.host.requests).toEqual([])
    expect(made.events).toEqual([])
  })
})

describe('nothing configured', () => {
  test('and the instance is off: an error that lists all, without a request', async () => {
    const { host, source } = create({ env: { AWS_EC2_METADATA_DISABLED: 'true' } })
    const error = await failureOf(source())
    expect(error).toMatchObject({ name: 'NoCredentialsError', code: 'NO_CREDENTIALS' })
    expect((error['attempts'] as { source: string }[]).map(({ source }) => source)).toEqual([
      'env',
      'profile',
      'web-identity',
      'container',
      'instance',
    ])
    expect(error.message.split('\n')).toHaveLength(7)
    expect(host.requests).toEqual([])
  })

  test.each<[name: string, answer: Answer]>([
    ['nothing answers', silence],
    ['bytes drip', (_, host) => new Response(drip(host, Array(99).fill('x'), 400))],
  ])('and %s: it is over in two seconds', async (_name, answer) => {
    const { host, source } = create({ http: { [`PUT ${IMDS}/api/token`]: answer } })
    expect(await host.until(failureOf(source()))).toMatchObject({ code: 'NO_CREDENTIALS' })
    expect(host.elapsedMs).toBe(2_000)
  })
})

describe('profile and region', () => {
  test('reach the sources that were given none', async () => {
    const files = {
      [CONFIG]:
        '[profile a]\nrole_arn = arn:x/one\ncredential_source = Environment\nregion = eu-west-1\n[profile b]\naws_access_key_id = B\naws_secret_access_key = s',
    }
    const http = { 'POST https://sts.eu-west-2.amazonaws.com/': sessionByRole }
    expect(await who({ env: ENV, files, http }, { sources: [fromProfile()], profile: 'a', region: 'eu-west-2' })).toBe(
      'profile: ONE',
    )
    expect(await who({ files }, { sources: [fromProfile({ profile: 'b' })], profile: 'a' })).toBe('profile: B')
  })

  test('the region rules the exchange of a token too', async () => {
    const http = { 'POST https://sts.cn-north-1.amazonaws.com.cn/': sessionByRole }
    expect(
      await who(
        { env: { ...WEB, AWS_REGION: 'us-east-1' }, files: { '/token': 'jwt' }, http },
        { region: 'cn-north-1' },
      ),
    ).toBe('web-identity: WEB')
  })

  test.each<[name: string, world: World, options: CredentialsOptions, region: () => Promise<string>, asked: string]>([
    ['where nothing else names one', {}, {}, async () => 'eu-west-3', 'eu-west-3'],
    ['but a variable does', { env: { AWS_REGION: 'eu-west-1' } }, {}, async () => 'eu-west-3', 'eu-west-1'],
    [
      'but the profile does',
      { files: { [CONFIG]: '[default]\nregion=eu-west-1' } },
      {},
      async () => 'eu-west-3',
      'eu-west-1',
    ],
    ['but an option does', {}, { region: 'eu-west-1' }, async () => 'eu-west-3', 'eu-west-1'],
    ['and the client has none', {}, {}, () => Promise.reject(new Error('no region')), 'us-east-1'],
    ['and the client never says', {}, {}, silence, 'us-east-1'],
  ])(
    'the region of the client that asks is that of inner requests: %s',
    async (_name, world, options, region, asked) => {
      const http = { [`POST https://sts.${asked}.amazonaws.com/`]: sessionByRole }
      const files = { '/token': 'jwt', ...world.files }
      const { host, source } = create({ env: { ...WEB, ...world.env }, files, http }, options)
      expect((await host.until(source({ callerClientConfig: { region } }))).accessKeyId).toMatch(/^ASIA/)
    },
  )

  test('a region of the client that is none stops it before any request', async () => {
    const { host, source } = create({ env: WEB, files: { '/token': 'jwt' } })
    const error = await failureOf(source({ callerClientConfig: { region: async () => 'evil.example/' } }))
    expect(error).toMatchObject({ code: 'REGION_INVALID', message: expect.stringContaining('the client that asks') })
    expect(host.requests).toEqual([])
  })

  test('files named in code are read in place of the others', async () => {
    const files = { '/c': '[default]\naws_access_key_id = AKIACODE', '/s': '[default]\naws_secret_access_key = s' }
    expect(await who({ env: { AWS_CONFIG_FILE: '/other' }, files }, { configFile: '/c', credentialsFile: '/s' })).toBe(
      'profile: AKIACODE',
    )
  })

  test('sources of one’s own replace the chain, explicit keys included', async () => {
    const mine: Provider = { name: 'mine', provide: async () => ({ accessKeyId: 'MINE', secretAccessKey: 's' }) }
    expect(await who(everywhere(), { sources: [mine], credentials: STATIC })).toBe('mine: MINE')
    expect(
      await who(everywhere(), { sources: [{ name: 'no', provide: async () => skip('x') }, fromWebIdentity()] }),
    ).toBe('web-identity: WEB')
  })

  test('two sources with two profiles do not know of each other', async () => {
    const host = fakeHost({ files: PROFILE })
    const [a, b] = [createCredentials({ host, profile: 'default' }), createCredentials({ host, profile: 'dev' })]
    expect([(await a()).accessKeyId, (await b()).accessKeyId]).toEqual(['AKIAPROFILE', 'AKIADEV'])
  })
})

describe('roles on top', () => {
  const role = (name: string) => ({ roleArn: `arn:aws:iam::123456789012:role/${name}` })
  const roles = (host: FakeHost) => host.requests.map((sent) => formOf(sent)['RoleArn'])

  test('one', async () => {
    expect(await who({ env: ENV, http: HTTP }, { role: role('one') })).toBe('assume-role: ONE')
  })

  test('several, in order, each with the session before', async () => {
    const { host, source } = create({ env: ENV, http: HTTP }, { role: [role('one'), role('two'), role('three')] })
    expect(await source()).toMatchObject({ source: 'assume-role', accessKeyId: 'ASIA00000000000THREE' })
    expect(roles(host)).toEqual([role('one'), role('two'), role('three')].map(({ roleArn }) => roleArn))
    expect(host.requests.map(({ headers }) => /Credential=([^/]+)/.exec(headers['authorization'] ?? '')?.[1])).toEqual([
      'AKIAENV',
      'ASIA0000000000000ONE',
      'ASIA0000000000000TWO',
    ])
  })

  test('none', async () => {
    expect(await who({ env: ENV }, { role: [] })).toBe('env: AKIAENV')
  })

  test('over web identity: both calls, in order', async () => {
    const { host, source } = create({ env: WEB, files: { '/token': 'jwt' }, http: HTTP }, { role: role('one') })
    await source()
    expect(host.requests.map((sent) => formOf(sent)['Action'])).toEqual(['AssumeRoleWithWebIdentity', 'AssumeRole'])
  })

  test('the account of the variables does not leak into the role’s credentials', async () => {
    const { source } = create({ env: { ...ENV, AWS_ACCOUNT_ID: '999999999999' }, http: HTTP }, { role: role('one') })
    expect((await source()).accountId).toBe('123456789012')
  })

  test('a role that says no is the error, and is asked for once in a tight loop', async () => {
    const { host, source } = create(
      { env: ENV, http: { [STS]: () => stsError('AccessDenied') } },
      { role: role('one') },
    )
    for (let call = 0; call < 1_000; call++)
      expect(await failureOf(source())).toMatchObject({ code: 'SOURCE_REFUSED', source: 'assume-role' })
    expect(host.requests).toHaveLength(1)
  })

  test('the session of a role is served past its end while STS is down; keys of a source of one’s own are not', async () => {
    const session = create(
      { env: ENV, http: { [STS]: [() => stsSession(), ...Array<Answer>(8).fill(new Error('down'))] } },
      { role: role('one') },
    )
    await session.source()
    await session.host.pass(90 * 60_000)
    expect((await session.host.until(session.source())).accessKeyId).toBe('ASIASESSIONEXAMPLE01')
    expect(session.events.at(-1)).toMatchObject({
      type: 'served-stale',
      source: 'assume-role',
      code: 'SOURCE_UNREACHABLE',
    })

    let asked = 0
    const mine: Provider = {
      name: 'mine',
      async provide({ host }) {
        if (asked++ > 0) throw new Error('down')
        return { accessKeyId: 'M', secretAccessKey: 's', expiration: new Date(host.now() + 60_000) }
      },
    }
    const own = create({}, { sources: [mine] })
    await own.source()
    await own.host.pass(60_000)
    expect((await failureOf(own.source())).message).toBe('down')
  })
})

test('an instance that falls silent for hours: what it gave is served on, and it is asked every few minutes', async () => {
  const http = { ...HTTP, [`${ROLES}r`]: instanceKeys }
  const { host, source, events } = create({ http })
  await host.until(source())
  Object.assign(host.http, { [`PUT ${IMDS}/api/token`]: silence, [ROLES]: silence })

  await host.pass(5.5 * HOUR)
  const before = host.requests.length
  for (let minute = 0; minute < 240; minute++) {
    expect(await host.until(source())).toMatchObject({ accessKeyId: 'ASIAEC2' })
    await host.pass(60_000)
  }
  const askedMs = new Set(host.requests.slice(before).map(({ atMs }) => Math.floor(atMs / 60_000)))
  expect(askedMs.size).toBeGreaterThan(240 / 11)
  expect(askedMs.size).toBeLessThan(240 / 4)
  expect(new Set(events.slice(1).map(({ type }) => type))).toEqual(new Set(['refresh-failed', 'served-stale']))

  Object.assign(host.http, HTTP, { [`${ROLES}r`]: instanceKeys })
  await host.pass(600_000)
  expect((await host.until(source())).expiration?.getTime()).toBeGreaterThan(host.now())
})

describe('calls', () => {
  test('a thousand first ones at once are one request', async () => {
    const { host, source } = create({ env: ECS, http: HTTP })
    const all = await Promise.all(Array.from({ length: 1_000 }, () => source()))
    expect(new Set(all).size).toBe(1)
    expect(host.requests).toHaveLength(1)
  })

  test('a caller who gives up waits no longer; the others get their answer', async () => {
    const reason = new Error('shutting down')
    const caller = new AbortController()
    const slowly: Answer = async (_, host) => {
      await host.sleep(500, new AbortController().signal)
      return Response.json({ AccessKeyId: 'ASIAECS', SecretAccessKey: 's' })
    }
    const { host, source } = create({ env: ECS, http: { 'GET http://169.254.170.2/ecs': slowly } })
    const gone = expect(source({ signal: caller.signal })).rejects.toBe(reason)
    const stays = source()
    await host.pass(100)
    caller.abort(reason)
    await gone
    expect((await host.until(stays)).accessKeyId).toBe('ASIAECS')
    expect(host.requests).toHaveLength(1)
  })

  test('a caller who has given up before asks nothing', async () => {
    const reason = new Error('shutting down')
    const { host, source } = create({ env: ECS })
    await expect(source({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect([...host.requests, ...host.reads]).toEqual([])
  })

  test('a signal that is never used is let go', async () => {
    const { source } = create({ env: ENV })
    const listeners: string[] = []
    const signal = new AbortController().signal
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners.push('x')
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners.pop()
      remove(...args)
    }
    await source({ signal })
    expect(listeners).toEqual([])
  })

  test('the variables are read anew at each refresh, not before', async () => {
    const env: Record<string, string> = { ...ENV, AWS_CREDENTIAL_EXPIRATION: '2026-01-01T01:00:00Z' }
    const { host, source } = create({ env })
    await source()
    Object.assign(host.env, { AWS_ACCESS_KEY_ID: 'AKIANEW', AWS_CREDENTIAL_EXPIRATION: '2026-01-01T02:00:00Z' })
    expect((await source()).accessKeyId).toBe('AKIAENV')
    await host.pass(3_590_000)
    expect((await source()).accessKeyId).toBe('AKIANEW')
  })

  test('a process is run again when its keys end, and not before', async () => {
    const print = (accessKeyId: string, Expiration: string) =>
      JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: 's', Expiration })
    const { host, source } = create({
      files: { [CONFIG]: '[default]\ncredential_process = get' },
      processes: { get: print('AKIAOLD', '2026-01-01T01:00:00Z') },
    })
    await source()
    host.processes['get'] = print('AKIANEW', '2026-01-01T02:00:00Z')
    await host.pass(3_580_000)
    expect((await source()).accessKeyId).toBe('AKIAOLD')
    await host.pass(10_000)
    expect((await source()).accessKeyId).toBe('AKIANEW')
    expect(host.runs).toHaveLength(2)
  })

  test('keys without an end do not get one later', async () => {
    const { host, source } = create({ env: { ...ENV } })
    await source()
    host.env['AWS_CREDENTIAL_EXPIRATION'] = '2026-01-01T00:10:00Z'
    await host.pass(86_400_000)
    expect((await source()).expiration).toBeUndefined()
  })

  test('minValidityMs, forceRefresh and invalidate reach the memory', async () => {
    let asked = 0
    const mine: Provider = {
      name: 'mine',
      provide: async ({ host }) => ({
        accessKeyId: `M${++asked}`,
        secretAccessKey: 's',
        expiration: new Date(host.now() + 3_600_000),
      }),
    }
    const { source } = create({}, { sources: [mine] })
    expect((await source()).accessKeyId).toBe('M1')
    expect((await source({ minValidityMs: 3_599_999 })).accessKeyId).toBe('M1')
    expect((await source({ minValidityMs: 3_600_000 })).accessKeyId).toBe('M2')
    expect((await source({ forceRefresh: true })).accessKeyId).toBe('M3')
    source.invalidate('M2')
    expect((await source()).accessKeyId).toBe('M3')
    source.invalidate('M3')
    expect((await source()).accessKeyId).toBe('M4')
  })

  test('the AWS SDK is told not to cache on top, and may leave its mark', async () => {
    const { source } = create({ env: ENV })
    expect(source.memoized).toBe(true)
    expect(Object.isFrozen(source)).toBe(false)
    expect(Object.isFrozen(await source())).toBe(false)
  })

  test('the window of the user is taken', async () => {
    const { host, source } = create(
      {
        env: ECS,
        http: {
          'GET http://169.254.170.2/ecs': (_, host) =>
            Response.json({
              AccessKeyId: `K${host.elapsedMs}`,
              SecretAccessKey: 's',
              Expiration: new Date(host.now() + 3_600_000).toISOString(),
            }),
        },
      },
      { advisoryWindowSeconds: 3_599 },
    )
    await source()
    await host.pass(1_000)
    expect((await source()).accessKeyId).toBe('K1000')
  })
})

describe('events', () => {
  test('tell what happened; warnings are told once', async () => {
    const files = {
      [CONFIG]: '[default]\nrole_arn = arn:x/one\ncredential_source = Environment\ncredential_process = x',
    }
    const { host, source, events } = create(
      { env: { ...ENV, ...ECS }, files, http: HTTP },
      { sources: [fromProfile()] },
    )
    await source()
    source.invalidate((await source()).accessKeyId)
    await host.pass(1)
    await source()
    expect(events.map(({ type }) => type)).toEqual(['warning', 'found', 'invalidated', 'refreshed'])
    expect(events[0]).toMatchObject({ code: 'SETTING_UNUSED', at: new Date('2026-01-01T00:00:00Z') })
  })

  test('a listener that throws disturbs nobody', async () => {
    const onEvent = (): void => {
      throw new Error('listener')
    }
    const { source } = create({ env: { ...ENV, AWS_PROFILE: 'x' } }, { onEvent })
    expect((await source()).accessKeyId).toBe('AKIAENV')
  })
})

describe('region()', () => {
  const region = async (world: World, options: CredentialsOptions = {}) => {
    const { host, source } = create(world, options)
    return host.until(source.region())
  }
  const placement = {
    [`PUT ${IMDS}/api/token`]: () => new Response('t'),
    [`GET ${IMDS}/meta-data/placement/region`]: () => new Response('ap-south-1\n'),
  }
  const files = { [CONFIG]: '[default]\nregion = eu-north-1\n[profile dev]\nregion = eu-south-1' }

  test.each<[name: string, world: World, options: CredentialsOptions, region: string]>([
    ['the option', { env: { AWS_REGION: 'b' }, files }, { region: 'a' }, 'a'],
    ['AWS_REGION', { env: { AWS_REGION: 'b', AWS_DEFAULT_REGION: 'c' }, files }, {}, 'b'],
    ['AWS_DEFAULT_REGION', { env: { AWS_DEFAULT_REGION: 'c' }, files }, {}, 'c'],
    ['the profile', { files, http: placement }, {}, 'eu-north-1'],
    ['the profile of the option', { files }, { profile: 'dev' }, 'eu-south-1'],
    ['the instance', { http: placement }, {}, 'ap-south-1'],
  ])('%s', async (_name, world, options, expected) => {
    expect(await region(world, options)).toBe(expected)
  })

  test.each<[name: string, code: string, world: World, options: CredentialsOptions]>([
    ['nothing names one', 'REGION_MISSING', { env: { AWS_EC2_METADATA_DISABLED: 'true' } }, {}],
    ['nothing answers', 'REGION_MISSING', { http: { [`PUT ${IMDS}/api/token`]: silence } }, {}],
    [
      'the instance has none',
      'REGION_MISSING',
      { http: { ...placement, [`GET ${IMDS}/meta-data/placement/region`]: () => new Response('', { status: 404 }) } },
      {},
    ],
    [
      'the instance says nothing',
      'REGION_MISSING',
      { http: { ...placement, [`GET ${IMDS}/meta-data/placement/region`]: () => new Response(' ') } },
      {},
    ],
    [
      'the instance is broken',
      'REGION_MISSING',
      { http: { ...placement, [`GET ${IMDS}/meta-data/placement/region`]: () => new Response('', { status: 500 }) } },
      {},
    ],
    [
      'the instance lies',
      'REGION_INVALID',
      { http: { ...placement, [`GET ${IMDS}/meta-data/placement/region`]: () => new Response('x@evil/') } },
      {},
    ],
    ['the option is none', 'REGION_INVALID', {}, { region: '' }],
    ['the variable is none', 'REGION_INVALID', { env: { AWS_REGION: 'us-east-1.evil.com#' } }, {}],
    ['the profile is none', 'REGION_INVALID', { files: { [CONFIG]: '[default]\nregion = a/b' } }, {}],
    ['the file is malformed', 'CONFIG_INVALID', { files: { [CONFIG]: 'x' } }, {}],
  ])('%s', async (_name, code, world, options) => {
    expect(await failureOf(region(world, options))).toMatchObject({ code })
  })

  test('ends within two seconds where nothing answers', async () => {
    const { host, source } = create({ http: { [`PUT ${IMDS}/api/token`]: silence } })
    await host.until(failureOf(source.region()))
    expect(host.elapsedMs).toBe(2_000)
  })
})

describe('identity()', () => {
  test('asks STS, in the region and with the credentials at hand', async () => {
    const { host, source } = create({
      env: { ...ENV, AWS_REGION: 'eu-west-1' },
      http: { 'POST https://sts.eu-west-1.amazonaws.com/': stsIdentity() },
    })
    expect(await source.identity()).toEqual({
      account: '123456789012',
      arn: 'arn:aws:iam::123456789012:user/me',
      userId: 'AIDA',
    })
    expect(host.requests.map(formOf)).toEqual([{ Action: 'GetCallerIdentity', Version: '2011-06-15' }])
    expect(host.requests[0]?.headers['authorization']).toContain(
      'Credential=AKIAENV/20260101/eu-west-1/sts/aws4_request',
    )
  })

  test('is of the role on top', async () => {
    const { host, source } = create(
      {
        env: ENV,
        http: {
          [STS]: (sent, host) =>
            formOf(sent)['Action'] === 'AssumeRole'
              ? (sessionByRole as (s: typeof sent, h: typeof host) => Response)(sent, host)
              : stsIdentity('arn:role'),
        },
      },
      { role: { roleArn: 'arn:x/one' } },
    )
    expect((await source.identity()).arn).toBe('arn:role')
    expect(host.requests[1]?.headers['x-amz-security-token']).toBe('session-token')
  })

  test.each<[name: string, code: string, answer: Answer]>([
    ['a no', 'SOURCE_REFUSED', stsError('InvalidClientTokenId')],
    ['an answer without an identity', 'RESPONSE_INVALID', new Response('<x/>')],
    ['silence', 'TIMEOUT', silence],
  ])('%s is an error', async (_name, code, answer) => {
    const { host, source } = create({ env: ENV, http: { [STS]: answer } })
    expect(await host.until(failureOf(source.identity()))).toMatchObject({ code })
    expect(host.elapsedMs).toBeLessThanOrEqual(30_000)
  })

  test('without credentials it fails as a call does', async () => {
    const { source } = create({ env: { AWS_EC2_METADATA_DISABLED: 'true' } })
    expect(await failureOf(source.identity())).toMatchObject({ code: 'NO_CREDENTIALS' })
  })
})

describe('every call settles, whatever the other side does', () => {
  const half = (): Response => new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array([0x7b])) }))
  const EVILS: [name: string, answer: Answer][] = [
    ['silence', silence],
    ['half an answer', half],
    ['a drip', (_, host) => new Response(drip(host, Array(999).fill('x'), 900))],
    ['a reset', new TypeError('reset')],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'http://10.0.0.1/' } })],
    ['garbage', () => new Response('\0garbage')],
    ['500', () => new Response('', { status: 500 })],
    ['too much', () => new Response('x'.repeat(100_000))],
  ]
  const PLACES: [name: string, deadlineMs: number, world: (answer: Answer) => World][] = [
    ['container', 10_000, (answer) => ({ env: ECS, http: { 'GET http://169.254.170.2/ecs': answer } })],
    ['web identity', 30_000, (answer) => ({ env: WEB, files: { '/token': 'jwt' }, http: { [STS]: answer } })],
    ['instance token', 2_000, (answer) => ({ http: { [`PUT ${IMDS}/api/token`]: answer } })],
    ['instance role', 5_000, (answer) => ({ http: { ...HTTP, [ROLES]: answer, [`${ROLES}%00garbage`]: answer } })],
    ['instance credentials', 5_000, (answer) => ({ http: { ...HTTP, [`${ROLES}r`]: answer } })],
  ]
  describe.each(PLACES)('%s', (_place, deadlineMs, world) => {
    test.each(EVILS)('%s', async (_evil, answer) => {
      const { host, source } = create(world(answer))
      await host.until(failureOf(source()).catch(() => undefined))
      expect(host.elapsedMs).toBeLessThanOrEqual(deadlineMs)

      const explained = await host.until(source.explain())
      expect(['failed', 'found']).toContain(explained.outcome)
      expect(host.elapsedMs).toBeLessThanOrEqual(2 * deadlineMs + 5_000)
    })
  })

  test('a provider of one’s own that hangs, after a minute: it is told to stop', async () => {
    const stopped: boolean[] = []
    const mine: Provider = {
      name: 'mine',
      provide: ({ signal }) => new Promise(() => signal.addEventListener('abort', () => stopped.push(true))),
    }
    for (const options of [{ sources: [mine] }, { sources: [fromAssumeRole({ source: mine, roleArn: 'arn:x' })] }]) {
      const { host, source } = create({}, options)
      expect(await host.until(failureOf(source()))).toMatchObject({ code: 'TIMEOUT', source: 'mine' })
      expect(host.elapsedMs).toBe(60_000)
      expect((await host.until(source.explain())).attempts).toMatchObject([{ outcome: 'failed', code: 'TIMEOUT' }])
    }
    expect(stopped).toHaveLength(4)
  })

  test('or when it wants to', async () => {
    const { host, source } = create({}, { sources: [{ name: 'mine', timeoutMs: 5_000, provide: silence }] })
    expect(await host.until(failureOf(source()))).toMatchObject({ message: expect.stringContaining('5 s') })
    expect(host.elapsedMs).toBe(5_000)
  })

  test('one that has its answer at hand needs no deadline', async () => {
    const sleep = () => expect.unreachable('it slept')
    const keys = async () => STATIC
    const { host, source } = create({}, { sources: [{ name: 'mine', provide: async () => await keys() }] })
    host.sleep = sleep
    expect((await source()).accessKeyId).toBe('AKIASTATIC')
  })

  test.each<[name: string, deadlineMs: number, world: World, options: CredentialsOptions]>([
    ['a token', 60_000, {}, { sources: [fromWebIdentity({ roleArn: 'arn:x', token: silence })] }],
    [
      'the code of a profile’s device',
      300_000,
      { files: { [CONFIG]: '[default]\nrole_arn=arn:x\nmfa_serial=m\nsource_profile=dev', ...PROFILE_DEV } },
      { mfaCode: silence },
    ],
    [
      'the code of a role on top',
      300_000,
      { env: ENV },
      { role: { roleArn: 'arn:x', mfaSerial: 'm', mfaCode: silence } },
    ],
  ])('%s that never comes, in its time', async (_name, deadlineMs, world, options) => {
    const { host, source } = create(world, options)
    expect(await host.until(failureOf(source()))).toMatchObject({ code: 'TIMEOUT' })
    expect(host.elapsedMs).toBe(deadlineMs)
    expect(host.sleeping).toBe(0)
  })

  test('a process that hangs, after a minute', async () => {
    const { host, source } = create({
      files: { [CONFIG]: '[default]\ncredential_process = hang' },
      processes: { hang: silence },
    })
    expect(await host.until(failureOf(source()))).toMatchObject({ code: 'TIMEOUT', source: 'profile' })
    expect(host.elapsedMs).toBe(60_000)
  })
})
