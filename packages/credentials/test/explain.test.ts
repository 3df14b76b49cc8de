import { describe, expect, test } from 'vitest'
import { createCredentials } from '../src/create-credentials.ts'
import type { CredentialsOptions } from '../src/model/credentials-options.ts'
import type { Explanation } from '../src/model/explanation.ts'
import type { Provider } from '../src/model/provider.ts'
import { type FakeHost, fakeHost, type World } from './fake-host.ts'
import { STS, sessionByRole, stsError } from './sts-world.ts'

const CONFIG = '/home/user/.aws/config'
const KEY = 'AKIAIOSFODNN7EXAMPLE'
const ENV = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: 'hunter2' }
const OFF = { AWS_EC2_METADATA_DISABLED: 'true' }

const explain = async (world: World, options: CredentialsOptions = {}): Promise<Explanation & { host: FakeHost }> => {
  const host = fakeHost(world)
  return { ...(await host.until(createCredentials({ host, ...options }).explain())), host }
}
const outcomes = ({ attempts }: Explanation): string[] => attempts.map(({ source, outcome }) => `${source} ${outcome}`)

test('keys in variables: the whole explanation', async () => {
  const { host: _, ...explanation } = await explain({ env: { ...ENV, AWS_PROFILE: 'dev', AWS_REGION: 'eu-west-1' } })
  const notReached = (source: string) => ({
    source,
    outcome: 'not-reached',
    reason: 'env comes first',
    facts: {},
    durationMs: 0,
  })
  expect(explanation).toEqual({
    outcome: 'found',
    source: 'env',
    profile: { name: 'dev', chosenBy: 'AWS_PROFILE' },
    region: { name: 'eu-west-1', chosenBy: 'AWS_REGION' },
    attempts: [
      {
        source: 'env',
        outcome: 'found',
        reason: 'key AKIA…MPLE, without an end',
        facts: { AWS_ACCESS_KEY_ID: 'AKIA…MPLE' },
        durationMs: 0,
      },
      notReached('profile'),
      notReached('web-identity'),
      notReached('container'),
      notReached('instance'),
    ],
    warnings: [
      {
        code: 'SOURCE_SHADOWED',
        text: 'AWS_PROFILE is set too, and profile is not used: env comes first',
        remedy: 'Unset AWS_PROFILE, or what configures env.',
      },
      { code: 'LONG_LIVED_KEYS', text: expect.any(String), remedy: expect.any(String) },
    ],
  })
})

test('nothing configured: each says why', async () => {
  const explanation = await explain({ env: OFF })
  expect(explanation).toMatchObject({
    outcome: 'failed',
    source: undefined,
    profile: { name: 'default', chosenBy: 'default' },
    region: { name: undefined, chosenBy: 'nothing' },
    warnings: [],
  })
  expect(outcomes(explanation)).toEqual([
    'env skipped',
    'profile skipped',
    'web-identity skipped',
    'container skipped',
    'instance skipped',
  ])
  for (const { reason } of explanation.attempts) expect(reason).not.toBe('')
})

test('a broken source: its code, its remedy, its place; those after it are not reached', async () => {
  const explanation = await explain({ files: { [CONFIG]: '[default]\nregion = eu-west-1\nrole_arn = r' } })
  expect(explanation.outcome).toBe('failed')
  expect(outcomes(explanation)).toEqual([
    'env skipped',
    'profile failed',
    'web-identity not-reached',
    'container not-reached',
    'instance not-reached',
  ])
  expect(explanation.attempts[1]).toMatchObject({
    code: 'CONFIG_INVALID',
    reason: 'profile default: its role_arn has no source',
    remedy: 'Add source_profile or credential_source.',
    location: { file: CONFIG, line: 3 },
  })
  expect(explanation.attempts[2]?.reason).toContain('failed')
  expect(explanation.region).toEqual({ name: 'eu-west-1', chosenBy: 'profile default' })
})

test('a profile tells its plan, and how long it took', async () => {
  const config = `[default]\nrole_arn = arn:aws:iam::123456789012:role/one\nsource_profile = b\n[profile b]\naws_access_key_id = ${KEY}\naws_secret_access_key = hunter2`
  const explanation = await explain({
    files: { [CONFIG]: config },
    http: { [STS]: [new Error('reset'), sessionByRole] },
  })
  expect(explanation).toMatchObject({ outcome: 'found', source: 'profile' })
  expect(explanation.attempts[1]).toEqual({
    source: 'profile',
    outcome: 'found',
    reason: 'key ASIA…0ONE, until 2026-01-01T01:00:00.000Z',
    location: { file: CONFIG, line: 2 },
    facts: {
      profile: 'default',
      files: CONFIG,
      role: 'arn:aws:iam::123456789012:role/one',
      expires: '2026-01-01T01:00:00.000Z',
    },
    steps: ['static keys AKIA…MPLE (profile b)', 'assume arn:aws:iam::123456789012:role/one (profile default)'],
    durationMs: 50,
  })
  expect(explanation.warnings).toEqual([])
})

test('an option that ends every call ends the explanation too', async () => {
  const explanation = await explain({ env: ENV }, { order: 'fastest' as never })
  expect(explanation.outcome).toBe('failed')
  expect(explanation.attempts[0]).toMatchObject({ source: 'credentials', outcome: 'failed', code: 'CONFIG_INVALID' })
})

describe('roles on top', () => {
  const options = { role: [{ roleArn: 'arn:x/one' }, { roleArn: 'arn:x/two' }] }
  test('are steps of their own', async () => {
    const explanation = await explain({ env: ENV, http: { [STS]: sessionByRole } }, options)
    expect(explanation).toMatchObject({ outcome: 'found', source: 'assume-role' })
    expect(explanation.attempts.slice(-2)).toMatchObject([
      { source: 'assume-role', outcome: 'found', steps: ['credentials from env', 'assume arn:x/one'] },
      { source: 'assume-role', outcome: 'found', steps: ['credentials from assume-role', 'assume arn:x/two'] },
    ])
  })

  test('one that says no fails it all', async () => {
    const explanation = await explain({ env: ENV, http: { [STS]: stsError('AccessDenied') } }, options)
    expect(explanation).toMatchObject({ outcome: 'failed', source: undefined })
    expect(explanation.attempts.slice(-2)).toMatchObject([
      { source: 'assume-role', outcome: 'failed', code: 'SOURCE_REFUSED', facts: { role: 'arn:x/one' } },
      { source: 'assume-role', outcome: 'not-reached', facts: { role: 'arn:x/two' } },
    ])
    expect(explanation.host.requests).toHaveLength(1)
  })

  test('none is reached where there is nothing to assume it with', async () => {
    const explanation = await explain({ env: OFF }, options)
    expect(outcomes(explanation).slice(-2)).toEqual(['assume-role not-reached', 'assume-role not-reached'])
    expect(explanation.attempts.at(-1)?.reason).toContain('no credentials')
  })
})

describe('it never throws for what is missing or broken', () => {
  const mine = (provide: () => unknown): Provider => ({ name: 'mine', provide: async () => provide() as never })
  test.each<[name: string, world: World, options: CredentialsOptions]>([
    ['a malformed file', { files: { [CONFIG]: 'x' } }, {}],
    ['a file that cannot be read', { files: { [CONFIG]: new Error('hunter2') } }, {}],
    ['a profile that is not there', { env: OFF }, { profile: 'gone' }],
    ['a file in code that is not there', { env: OFF }, { configFile: '/gone' }],
    ['half a pair', { env: { AWS_ACCESS_KEY_ID: 'hunter2' } }, {}],
    ['a region that is none', { env: { AWS_REGION: 'a/b' } }, { sources: [mine(() => ({ accessKeyId: 'a' }))] }],
    ['a region in code that is none', { env: ENV }, { region: 'a/b' }],
    ['a source that fails oddly', {}, { sources: [mine(() => Promise.reject(new TypeError('hunter2')))] }],
    ['a source that throws no error', {}, { sources: [mine(() => Promise.reject('hunter2'))] }],
    ['a source that gives nothing', {}, { sources: [mine(() => undefined)] }],
    ['a source that gives half', {}, { sources: [mine(() => ({ accessKeyId: 'hunter2' }))] }],
    ['a source that gives other things', {}, { sources: [mine(() => 'hunter2')] }],
    ['no sources', {}, { sources: [] }],
    ['a role with a blank ARN', { env: ENV }, { role: { roleArn: ' ' } }],
  ])('%s', async (_name, world, options) => {
    const { host: _, ...explanation } = await explain(world, options)
    expect(explanation).toMatchObject({ outcome: 'failed', source: undefined })
    expect(JSON.stringify(explanation)).not.toContain('hunter2')
  })
})

test.each<[name: string, world: World, options: CredentialsOptions]>([
  ['keys', { env: ENV }, {}],
  ['nothing', { env: OFF }, {}],
  ['a region in code that is none', { env: ENV }, { region: 'a/b' }],
  ['a region in a variable that is none', { env: { ...ENV, AWS_REGION: 'a/b' } }, {}],
  ['keys that have expired', { env: { ...ENV, AWS_CREDENTIAL_EXPIRATION: '2025-01-01T00:00:00Z' } }, {}],
  [
    'keys of one’s own that have expired',
    {},
    {
      sources: [
        { name: 'mine', provide: async () => ({ accessKeyId: 'a', secretAccessKey: 's', expiration: new Date(0) }) },
      ],
    },
  ],
  ['a profile that is not there', { env: OFF }, { profile: 'gone' }],
  ['a role', { env: ENV, http: { [STS]: sessionByRole } }, { role: { roleArn: 'arn:x/one' } }],
  ['a role that says no', { env: ENV, http: { [STS]: stsError('AccessDenied') } }, { role: { roleArn: 'arn:x/one' } }],
])('it says what a call does: %s', async (_name, world, options) => {
  const host = fakeHost(world)
  const call = await createCredentials({ host, ...options })().then(
    ({ source }) => ({ outcome: 'found', source }),
    () => ({ outcome: 'failed', source: undefined }),
  )
  expect(await explain(world, options)).toMatchObject(call)
})

test('it changes nothing: what is cached stays, and a call after it asks for itself', async () => {
  let asked = 0
  const mine: Provider = { name: 'mine', provide: async () => ({ accessKeyId: `M${++asked}`, secretAccessKey: 's' }) }
  const events: unknown[] = []
  const source = createCredentials({ host: fakeHost(), sources: [mine], onEvent: (event) => events.push(event) })
  await source.explain()
  expect(events).toEqual([])
  expect((await source()).accessKeyId).toBe('M2')
  await source.explain()
  expect((await source()).accessKeyId).toBe('M2')
})

test('who gives up gets the reason back as it went in', async () => {
  const reason = new Error('shutting down')
  const source = createCredentials({ host: fakeHost({ env: OFF }) })
  await expect(source.explain({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test('short keys of a session are not long-lived', async () => {
  expect((await explain({ env: { ...ENV, AWS_SESSION_TOKEN: 't' } })).warnings).toEqual([])
  expect((await explain({ env: { ...ENV, AWS_ACCESS_KEY_ID: 'ASIAIOSFODNN7EXAMPLE' } })).warnings).toEqual([])
})
