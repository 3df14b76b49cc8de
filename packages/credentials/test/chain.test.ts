import { describe, expect, test } from 'vitest'
import { ask, firstOf } from '../src/chain.ts'
import { defaultChain } from '../src/default-chain.ts'
import { CredentialsError } from '../src/errors.ts'
import { type Provider, skip } from '../src/model/provider.ts'
import { session } from '../src/model/sessions.ts'
import { findShadowed } from '../src/shadowing.ts'
import { failureOf, fakeHost } from './fake-host.ts'

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 's' }
const giving = (name: string, answer: object): Provider => ({ name, provide: async () => answer as typeof KEYS })
const absent = (name: string, reason = `${name} is not here`): Provider => ({ name, provide: async () => skip(reason) })
const broken = (name: string, error: unknown): Provider => ({ name, provide: () => Promise.reject(error) })
const never = (name: string): Provider => ({ name, provide: async () => expect.unreachable(`${name} was asked`) })
const first = (...providers: Provider[]) =>
  firstOf(providers, { host: fakeHost(), signal: new AbortController().signal })

describe('the chain', () => {
  test('takes the first that has something; those after it are not asked', async () => {
    const { credentials } = await first(absent('a'), giving('b', KEYS), never('c'))
    expect({ ...credentials }).toEqual({
      ...KEYS,
      sessionToken: undefined,
      expiration: undefined,
      accountId: undefined,
      source: 'b',
    })
  })

  test('knows what may be served past its end', async () => {
    expect((await first(giving('a', session(KEYS)))).staleAllowed).toBe(true)
    expect((await first(giving('a', KEYS))).staleAllowed).toBe(false)
    expect({ ...(await first(giving('a', session(KEYS)))).credentials }).not.toHaveProperty('staleAllowed')
  })

  test.each([
    ['configured but broken', new CredentialsError('x', { code: 'CONFIG_INVALID', source: 'b', remedy: 'y' })],
    ['an error that nobody foresaw', new TypeError('bug')],
    ['not even an error', 'thrown'],
  ])('%s ends it', async (_name, error) => {
    await expect(first(absent('a'), broken('b', error), never('c'))).rejects.toBe(error)
  })

  test.each([undefined, null, 'keys'])('a provider that gives %j ends it too', async (answer) => {
    const error = await failureOf(first(giving('a', answer as unknown as object), never('b')))
    expect(error).toMatchObject({ code: 'RESPONSE_INVALID', source: 'a' })
  })

  test('without anything configured, it says why each stepped aside, in order', async () => {
    const error = await failureOf(first(absent('a'), absent('b', 'why not')))
    expect(error).toMatchObject({
      code: 'NO_CREDENTIALS',
      source: 'credentials',
      attempts: [
        { source: 'a', outcome: 'skipped', reason: 'a is not here' },
        { source: 'b', outcome: 'skipped', reason: 'why not' },
      ],
    })
  })

  test('without any source, too', async () => {
    expect(await failureOf(first())).toMatchObject({ code: 'NO_CREDENTIALS', attempts: [] })
  })

  test.each([
    [{ accessKeyId: 'hunter2' }, 'secretAccessKey is missing'],
    [{ accessKeyId: 'a', secretAccessKey: ' ' }, 'secretAccessKey is missing'],
    [{ secretAccessKey: 'hunter2' }, 'accessKeyId is missing'],
    [{}, 'accessKeyId is missing'],
  ])('half a pair %o from a provider is an error', async (keys, text) => {
    const error = await failureOf(first(giving('mine', keys), never('c')))
    expect(error).toMatchObject({ code: 'KEYS_INCOMPLETE', source: 'mine', message: expect.stringContaining(text) })
    expect(error.message).not.toContain('hunter2')
  })

  test.each([
    ['have expired', new Date('2026-01-01T00:00:00Z'), 'EXPIRED'],
    ['end at no time', new Date('soon'), 'CONFIG_INVALID'],
    ['end at a text, as JSON has it', '2030-01-01T00:00:00Z', 'CONFIG_INVALID'],
    ['end at a number', 1893456000000, 'CONFIG_INVALID'],
  ])('keys that %s are an error', async (_name, expiration, code) => {
    expect(await failureOf(first(giving('mine', { ...KEYS, expiration })))).toMatchObject({ code, source: 'mine' })
  })

  test('a provider that gives nothing at all is an error, not a crash later', async () => {
    const outcome = await ask(giving('mine', undefined as unknown as object), {
      host: fakeHost(),
      signal: new AbortController().signal,
    })
    expect(outcome.kind).toBe('failed')
  })

  test('a provider that throws where it should reject is one that failed', async () => {
    const thrown = new TypeError('bug')
    const provider: Provider = {
      name: 'mine',
      provide() {
        throw thrown
      },
    }
    await expect(first(provider)).rejects.toBe(thrown)
  })
})

describe('the order', () => {
  const names = (...args: Parameters<typeof defaultChain>) => defaultChain(...args).map(({ name }) => name)
  const REST = ['profile', 'web-identity', 'container', 'instance']

  test('of the standard chain', () => {
    expect(names({})).toEqual(['env', ...REST])
    expect(names({ credentials: KEYS })).toEqual(['static', 'env', ...REST])
    expect(names({ credentials: KEYS, order: 'standard' })).toEqual(['static', 'env', ...REST])
  })

  test('with explicit keys as the fallback', () => {
    expect(names({ credentials: KEYS, order: 'static-last' })).toEqual(['env', ...REST, 'static'])
    expect(names({ order: 'static-last' })).toEqual(['env', ...REST])
  })

  test('a profile named in code puts the variables aside', () => {
    expect(names({ profile: 'x' })).toEqual(REST)
    expect(names({ profile: 'x', credentials: KEYS })).toEqual(['static', ...REST])
  })
})

describe('what is set, and not used', () => {
  const chain = defaultChain({ credentials: KEYS })
  const texts = (winner: string, env: Record<string, string>, ...used: string[]) =>
    findShadowed(chain, winner, new Set(used), env).map(({ text }) => text)

  test.each<[winner: string, env: Record<string, string>, expected: string[]]>([
    ['env', { AWS_PROFILE: 'x' }, ['AWS_PROFILE is set too, and profile is not used: env comes first']],
    ['env', { AWS_DEFAULT_PROFILE: 'x' }, ['AWS_DEFAULT_PROFILE is set too, and profile is not used: env comes first']],
    [
      'profile',
      { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_CONTAINER_CREDENTIALS_FULL_URI: 'u' },
      [
        'AWS_WEB_IDENTITY_TOKEN_FILE is set too, and web-identity is not used: profile comes first',
        'AWS_CONTAINER_CREDENTIALS_FULL_URI is set too, and container is not used: profile comes first',
      ],
    ],
    ['static', { AWS_ACCESS_KEY_ID: 'x' }, ['AWS_ACCESS_KEY_ID is set too, and env is not used: static comes first']],
    ['container', { AWS_ACCESS_KEY_ID: ' ', AWS_PROFILE: 'x' }, []],
    ['env', { AWS_PROFILE: ' ', AWS_REGION: 'x' }, []],
  ])('%s wins over %o', (winner, env, expected) => {
    expect(texts(winner, env)).toEqual(expected)
  })

  test('what the winner asked itself is used', () => {
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'u' }
    expect(texts('profile', env, 'container')).toEqual([])
    expect(texts('profile', env, 'instance')).toHaveLength(1)
  })

  test('a warning says what to do', () => {
    expect(findShadowed(chain, 'env', new Set(), { AWS_PROFILE: 'x' })).toMatchObject([
      { code: 'SOURCE_SHADOWED', remedy: 'Unset AWS_PROFILE, or what configures env.' },
    ])
  })
})
