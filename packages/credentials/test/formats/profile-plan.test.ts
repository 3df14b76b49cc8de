import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describePlan, type ProfilePlan, planProfile } from '../../src/formats/profile-plan.ts'
import { sharedConfig, thrownBy } from '../config.ts'

const KEYS = 'aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret'
const SSO = 'sso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = r'
const plan = (config: string, name = 'a', credentials = ''): ProfilePlan =>
  planProfile(sharedConfig(config, credentials), name)
/** `static@b > arn:r2 > arn:r1`: the base and its profile, then each role. */
const shape = ({ base, roles }: ProfilePlan): string =>
  [`${base.kind}@${base.profile}`, ...roles.map(({ roleArn }) => roleArn)].join(' > ')

describe('where a profile leads', () => {
  test.each<[rule: string, config: string, shape: string]>([
    ['to its keys', `[profile a]\n${KEYS}`, 'static@a'],
    ['nowhere: it is empty', '[profile a]', 'none@a'],
    ['nowhere: it has settings only', '[profile a]\nregion = us-east-1\noutput = json', 'none@a'],
    ['to a process', '[profile a]\ncredential_process = get', 'process@a'],
    [
      'to a process, with a source_profile of no use beside it',
      `[profile a]\ncredential_process = get\nsource_profile = b\n[profile b]\n${KEYS}`,
      'process@a',
    ],
    ['to IAM Identity Center', `[profile a]\n${SSO}`, 'sso@a'],
    ['to a login session', '[profile a]\nlogin_session = arn:x', 'login@a'],
    ['to a token', '[profile a]\nrole_arn = r1\nweb_identity_token_file = /t', 'web-identity@a'],
    ['to a named source alone', '[profile a]\ncredential_source = Environment', 'credential-source@a'],
    ['to a role over keys', `[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\n${KEYS}`, 'static@b > r1'],
    [
      'to a role over a named source',
      '[profile a]\nrole_arn = r1\ncredential_source = EcsContainer',
      'credential-source@a > r1',
    ],
    [
      'to a role over a process',
      '[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\ncredential_process = get',
      'process@b > r1',
    ],
    ['to a role over its own process', '[profile a]\nrole_arn = r1\ncredential_process = get', 'process@a > r1'],
    [
      'to a role over a token',
      '[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\nrole_arn = r2\nweb_identity_token_file = /t',
      'web-identity@b > r1',
    ],
    [
      'to a role over IAM Identity Center',
      `[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\n${SSO}`,
      'sso@b > r1',
    ],
    [
      'to a role over a login',
      '[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\nlogin_session = x',
      'login@b > r1',
    ],
    [
      'to a role over a profile with a named source alone',
      '[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\ncredential_source = Environment',
      'credential-source@b > r1',
    ],
    [
      'to roles from the far end on',
      `[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\nrole_arn = r2\nsource_profile = c\n[profile c]\n${KEYS}`,
      'static@c > r2 > r1',
    ],
    [
      'to roles that end in a named source',
      '[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\nrole_arn = r2\ncredential_source = Ec2InstanceMetadata',
      'credential-source@b > r2 > r1',
    ],
    [
      'past its own keys to its role',
      `[profile a]\n${KEYS}\nrole_arn = r1\nsource_profile = b\n[profile b]\n${KEYS}`,
      'static@b > r1',
    ],
    [
      'but not past the keys of a source',
      `[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\n${KEYS}\nrole_arn = r2\nsource_profile = c`,
      'static@b > r1',
    ],
    [
      'past half the keys of a source',
      `[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\naws_access_key_id = x\nrole_arn = r2\nsource_profile = c\n[profile c]\n${KEYS}`,
      'static@c > r2 > r1',
    ],
    ['to its role over its own keys', `[profile a]\n${KEYS}\nrole_arn = r1\nsource_profile = a`, 'static@a > r1'],
    [
      'to a role over a source that is its own source',
      `[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\nrole_arn = r2\nsource_profile = b\naws_access_key_id = k\naws_secret_access_key = s`,
      'static@b > r1',
    ],
    ['blank settings count as missing', `[profile a]\nrole_arn =\nsource_profile =\n${KEYS}`, 'static@a'],
    [
      'names may be prototypes',
      '[profile a]\nrole_arn = r1\nsource_profile = __proto__\n[profile __proto__]\ncredential_process = get',
      'process@__proto__ > r1',
    ],
  ])('%s', (_rule, config, expected) => {
    expect(shape(plan(config))).toBe(expected)
  })

  test('keys come with what stands beside them', () => {
    const { base } = plan(`[profile a]\n${KEYS}\naws_session_token = tok\naws_account_id = 123456789012`)
    expect(base).toMatchObject({ kind: 'static', location: { file: '/config', line: 2 } })
    expect({ ...(base as { credentials: object }).credentials }).toEqual({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'secret',
      sessionToken: 'tok',
      accountId: '123456789012',
      expiration: undefined,
      source: 'profile',
    })
  })

  test('a process may have the account beside it', () => {
    expect(plan('[profile a]\ncredential_process = get it\naws_account_id = 1').base).toEqual({
      kind: 'process',
      profile: 'a',
      command: 'get it',
      accountId: '1',
      location: { file: '/config', line: 2 },
    })
  })

  test('a role takes what its profile says, and nothing that its source says', () => {
    const config = `[profile a]\nrole_arn = r1\nsource_profile = b\nrole_session_name = me\nexternal_id = x\nduration_seconds = 900\nmfa_serial = m\n[profile b]\nrole_arn = r2\nsource_profile = c\nregion = eu-west-1\nduration_seconds = garbage\n[profile c]\n${KEYS}\nexternal_id = no`
    expect(plan(config).roles).toEqual([
      { profile: 'b', roleArn: 'r2', location: { file: '/config', line: 9 } },
      {
        profile: 'a',
        roleArn: 'r1',
        sessionName: 'me',
        externalId: 'x',
        durationSeconds: 900,
        mfaSerial: 'm',
        location: { file: '/config', line: 2 },
      },
    ])
  })

  test.each(['garbage', '-1', '1.5', '1e3', '0x10', ''])('the duration %j is ignored', (duration) => {
    expect(
      plan(`[profile a]\nrole_arn = r1\ncredential_source = Environment\nduration_seconds = ${duration}`).roles[0],
    ).not.toHaveProperty('durationSeconds')
  })

  test('a token takes the session name and the duration', () => {
    expect(
      plan('[profile a]\nrole_arn = r1\nweb_identity_token_file = ~/t\nrole_session_name = me\nduration_seconds = 1200')
        .base,
    ).toEqual({
      kind: 'web-identity',
      profile: 'a',
      roleArn: 'r1',
      tokenFile: '~/t',
      sessionName: 'me',
      durationSeconds: 1200,
      location: { file: '/config', line: 3 },
    })
  })

  test.each(['Environment', 'environment', 'ENVIRONMENT'])('credential_source = %s means the variables', (name) => {
    expect(plan(`[profile a]\nrole_arn = r\ncredential_source = ${name}`).base).toMatchObject({
      credentialSource: 'Environment',
    })
  })

  test('a role may stand in one file and its source in the other', () => {
    expect(shape(plan('[profile a]\nsource_profile = b', 'a', `[a]\nrole_arn = r1\n[b]\n${KEYS}`))).toBe(
      'static@b > r1',
    )
  })

  test('half a pair is filled up from the other file', () => {
    expect(shape(plan('[profile a]\naws_secret_access_key = s', 'a', '[a]\naws_access_key_id = k'))).toBe('static@a')
  })

  test.each<[name: string, config: string, credentials: string, isSplit: boolean]>([
    ['both halves in one file', KEYS, '', false],
    ['both halves in each file', KEYS, KEYS, false],
    ['a half in each file', 'aws_secret_access_key = s', 'aws_access_key_id = k', true],
    ['a pair in one file, and half of another in the one that wins', KEYS, 'aws_access_key_id = k', true],
    ['a token in the other file', `${KEYS}\naws_session_token = t`, KEYS, true],
    ['a blank token in the other file', `${KEYS}\naws_session_token =`, KEYS, false],
  ])('says whether all of it stands in one file: %s', (_name, config, credentials, isSplit) => {
    expect(plan(`[profile a]\n${config}`, 'a', `[a]\n${credentials}`).base).toMatchObject({ kind: 'static', isSplit })
  })
})

describe('several kinds in one profile: the first of the order wins, and the others are named', () => {
  const ROLE = `role_arn = r1\nsource_profile = b\n`
  const ALL = [
    ['role', ROLE],
    ['web-identity', 'web_identity_token_file = /t\nrole_arn = r1\n'],
    ['sso', `${SSO}\n`],
    ['static', ''],
    ['login', 'login_session = x\n'],
    ['process', 'credential_process = get\n'],
  ] as const
  const source = `[profile b]\n${KEYS}`

  test.each(ALL.map(([kind], at) => [kind, at] as const))('%s before what comes after it', (kind, at) => {
    const config = `[profile a]\n${ALL.slice(at)
      .map(([, text]) => text)
      .join('')}${source}`
    const credentials = at <= 3 ? `[a]\n${KEYS}` : ''
    const { base, roles, unused } = plan(config, 'a', credentials)
    if (kind === 'role') expect({ base: base.profile, roles: roles.length }).toEqual({ base: 'b', roles: 1 })
    else
      expect({ kind: base.kind, profile: base.profile, roles: roles.length }).toEqual({ kind, profile: 'a', roles: 0 })

    const settings = [
      'role_arn',
      'web_identity_token_file',
      'sso_start_url',
      'aws_access_key_id',
      'login_session',
      'credential_process',
    ]
    expect(unused).toEqual(settings.slice(at + 1).map((setting) => ({ profile: 'a', setting, winner: settings[at] })))
  })

  test.each([
    ['a process', 'credential_process = get', 'process'],
    ['a login', 'login_session = x', 'login'],
  ])('keys of the config file come after %s, keys of the credentials file before it', (_name, text, kind) => {
    expect(plan(`[profile a]\n${KEYS}\n${text}`)).toMatchObject({
      base: { kind },
      unused: [{ setting: 'aws_access_key_id' }],
    })
    expect(plan(`[profile a]\n${text}`, 'a', `[a]\n${KEYS}`)).toMatchObject({
      base: { kind: 'static' },
      unused: [{ winner: 'aws_access_key_id' }],
    })
  })

  test.each([
    ['a role over a named source', '[profile a]\nrole_arn = r\ncredential_source = Environment'],
    ['a role over its own keys', `[profile a]\n${KEYS}\nrole_arn = r\nsource_profile = a`],
    ['a token and its role', '[profile a]\nrole_arn = r\nweb_identity_token_file = /t'],
    ['keys', `[profile a]\n${KEYS}`],
    ['nothing', '[profile a]'],
  ])('in a profile with %s nothing is passed over', (_name, config) => {
    expect(plan(config).unused).toEqual([])
  })
})

describe('a profile that makes no sense says so, with file and line, before anything is asked', () => {
  test.each<[name: string, code: string, text: RegExp, line: number | undefined, config: string]>([
    ['it is not there', 'PROFILE_NOT_FOUND', /no profile a.*Use one of b, or add it/, undefined, '[profile b]'],
    ['it is not there, nor any other', 'PROFILE_NOT_FOUND', /no profile is there at all/, undefined, ''],
    [
      'a key without its secret',
      'KEYS_INCOMPLETE',
      /no aws_secret_access_key/,
      2,
      '[profile a]\naws_access_key_id = k',
    ],
    [
      'a secret without its key',
      'KEYS_INCOMPLETE',
      /no aws_access_key_id/,
      3,
      '[profile a]\n\naws_secret_access_key = s',
    ],
    [
      'a secret that is blank',
      'KEYS_INCOMPLETE',
      /no aws_secret_access_key/,
      2,
      '[profile a]\naws_access_key_id = k\naws_secret_access_key =',
    ],
    ['a role without a source', 'CONFIG_INVALID', /role_arn has no source/, 2, '[profile a]\nrole_arn = r'],
    [
      'a token that is indented into the secret',
      'CONFIG_INVALID',
      /aws_secret_access_key goes on in the line below/,
      3,
      `[profile a]\n${KEYS}\n  aws_session_token = t`,
    ],
    [
      'a source that is indented into the role of a source',
      'CONFIG_INVALID',
      /profile b: role_arn goes on/,
      5,
      '[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\nrole_arn = r2\n\tsource_profile = c',
    ],
    [
      'a role with keys but no source',
      'CONFIG_INVALID',
      /role_arn has no source/,
      4,
      `[profile a]\n${KEYS}\nrole_arn = r`,
    ],
    [
      'a role with two sources',
      'CONFIG_INVALID',
      /both source_profile and credential_source/,
      4,
      '[profile a]\nrole_arn = r\nsource_profile = b\ncredential_source = Environment',
    ],
    [
      'a token without a role',
      'CONFIG_INVALID',
      /token has no role_arn/,
      2,
      '[profile a]\nweb_identity_token_file = /t',
    ],
    [
      'an unknown source',
      'CONFIG_INVALID',
      /unknown credential_source.*Environment, Ec2InstanceMetadata, EcsContainer/,
      3,
      '[profile a]\nrole_arn = r\ncredential_source = Moon',
    ],
    [
      'a source that is a prototype',
      'CONFIG_INVALID',
      /unknown credential_source/,
      3,
      '[profile a]\nrole_arn = r\ncredential_source = constructor',
    ],
    [
      'a source that is not there',
      'PROFILE_NOT_FOUND',
      /profile a names b, which is not there/,
      3,
      '[profile a]\nrole_arn = r\nsource_profile = b',
    ],
    [
      'a source that is empty',
      'CONFIG_INVALID',
      /profile a names b, which has no credentials/,
      3,
      '[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]',
    ],
    [
      'a source with settings only',
      'CONFIG_INVALID',
      /which has no credentials/,
      3,
      '[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nregion = x',
    ],
    [
      'a source with half a pair',
      'KEYS_INCOMPLETE',
      /profile b has no aws_secret_access_key/,
      5,
      '[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\naws_access_key_id = k',
    ],
    ['its own source without keys', 'PROFILE_LOOP', /a → a/, 3, '[profile a]\nrole_arn = r\nsource_profile = a'],
    [
      'its own source with half a pair',
      'KEYS_INCOMPLETE',
      /no aws_secret_access_key/,
      4,
      '[profile a]\nrole_arn = r\nsource_profile = a\naws_access_key_id = k',
    ],
    [
      'two that name each other',
      'PROFILE_LOOP',
      /a → b → a/,
      6,
      '[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a',
    ],
    [
      'two that name each other, though the first has keys',
      'PROFILE_LOOP',
      /a → b → a/,
      8,
      `[profile a]\n${KEYS}\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a`,
    ],
    [
      'a circle further on',
      'PROFILE_LOOP',
      /a → b → c → b/,
      9,
      '[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = c\n[profile c]\nrole_arn = r\nsource_profile = b',
    ],
  ])('%s', (_name, code, text, line, config) => {
    const error = thrownBy(() => plan(config))
    expect(error).toMatchObject({
      name: 'CredentialsError',
      code,
      source: 'profile',
      message: expect.stringMatching(text),
    })
    expect(error['location']).toEqual(line === undefined ? undefined : { file: '/config', line })
  })

  test('a setting of the credentials file is found there', () => {
    expect(thrownBy(() => plan('', 'a', '[a]\naws_access_key_id = k'))['location']).toEqual({
      file: '/credentials',
      line: 2,
    })
  })

  test.each(['__proto__', 'constructor', 'toString'])('%s is no profile where there is none of that name', (name) => {
    expect(thrownBy(() => plan('[profile b]', name))).toMatchObject({ code: 'PROFILE_NOT_FOUND' })
  })

  test('a name cannot steer the terminal that shows it', () => {
    expect(thrownBy(() => plan('', '\u001b[2J')).message).toContain('\\u001b[2J')
  })

  test('of many profiles it names ten', () => {
    const many = Array.from({ length: 12 }, (_, at) => `[profile p${at}]`).join('\n')
    expect(thrownBy(() => plan(many))['remedy']).toBe(
      'Use one of p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, …, or add it.',
    )
  })
})

describe('long chains', () => {
  const chainOf = (length: number, last: string): string =>
    Array.from({ length }, (_, at) => `[profile p${at}]\nrole_arn = r${at}\nsource_profile = p${at + 1}\n`).join('') +
    `[profile p${length}]\n${last}`

  test('a thousand profiles are followed to their end', () => {
    const { base, roles } = plan(chainOf(1_000, KEYS), 'p0')
    expect(base.profile).toBe('p1000')
    expect(roles.map(({ roleArn }) => roleArn)).toEqual(Array.from({ length: 1_000 }, (_, at) => `r${999 - at}`))
  })

  test('however many name a missing source, the names of all are listed once', () => {
    const many = Array.from({ length: 100 }, (_, at) => `[profile p${at}]\nrole_arn = r\nsource_profile = none\n`)
    const { profiles, ...rest } = sharedConfig(many.join(''))
    let lists = 0
    const counted = new Proxy(profiles, { ownKeys: (target) => [++lists, Reflect.ownKeys(target)][1] as string[] })
    for (let at = 0; at < 100; at++)
      expect(thrownBy(() => planProfile({ ...rest, profiles: counted }, `p${at}`))['remedy']).toContain('p0, p1')
    expect(lists).toBe(1)
  })

  test('a profile that is followed to its end lists no names', () => {
    const { profiles, ...rest } = sharedConfig(chainOf(100, KEYS))
    const ownKeys = (): never => {
      throw new Error('the names were listed')
    }
    expect(planProfile({ ...rest, profiles: new Proxy(profiles, { ownKeys }) }, 'p0').roles).toHaveLength(100)
  })

  test('a circle of a thousand is shown by its ends', () => {
    const error = thrownBy(() => plan(chainOf(1_000, 'role_arn = r\nsource_profile = p0'), 'p0'))
    expect(error['problem']).toBe(
      'the profiles lead in a circle: p0 → p1 → p2 → p3 → p4 → p5 → … → p997 → p998 → p999 → p1000 → p0',
    )
  })

  test('whatever names whom, there is a plan or an error, and each role once', () => {
    const names = ['a', 'b', 'c', 'd']
    const profile = fc.record({ source: fc.option(fc.constantFrom(...names)), keys: fc.boolean(), role: fc.boolean() })
    fc.assert(
      fc.property(fc.tuple(profile, profile, profile, profile), (profiles) => {
        const text = profiles.map(
          ({ source, keys, role }, at) =>
            `[profile ${names[at]}]\n${role ? `role_arn = r${at}\n` : ''}${source ? `source_profile = ${source}\n` : ''}${keys ? `${KEYS}\n` : ''}`,
        )
        try {
          const { roles } = plan(text.join(''))
          expect(new Set(roles.map(({ roleArn }) => roleArn)).size).toBe(roles.length)
        } catch (error) {
          expect(error).toMatchObject({
            name: 'CredentialsError',
            code: expect.stringMatching(/PROFILE_LOOP|CONFIG_INVALID/),
          })
        }
      }),
      { numRuns: 500 },
    )
  })
})

test('a plan can be read, and shows no secret', () => {
  const bases: [config: string, lines: string[]][] = [
    [
      `[profile a]\nrole_arn = r1\nsource_profile = b\n[profile b]\n${KEYS}`,
      ['static keys AKIA…MPLE (profile b)', 'assume r1 (profile a)'],
    ],
    ['[profile a]\ncredential_process = get --secret x', ['credential_process (profile a)']],
    ['[profile a]\nrole_arn = r\nweb_identity_token_file = /t', ['web identity from /t as r (profile a)']],
    ['[profile a]\ncredential_source = Environment', ['credential_source Environment (profile a)']],
    [`[profile a]\n${SSO}`, [expect.stringMatching(/^IAM Identity Center.*\(profile a\)$/)]],
    ['[profile a]\nlogin_session = s', [expect.stringMatching(/^aws login session.*\(profile a\)$/)]],
    ['[profile a]', ['no credentials (profile a)']],
  ]
  for (const [config, expected] of bases) expect(describePlan(plan(config))).toEqual(expected)
})
