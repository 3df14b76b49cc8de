import { describe, expect, test } from 'vitest'
import { fromEnv } from '../../src/providers/env.ts'
import { fromStatic } from '../../src/providers/static.ts'
import { failureOf, fakeHost } from '../fake-host.ts'
import { traceWith } from '../trace.ts'

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'hunter2' }
const signal = new AbortController().signal
const provide = async (env: Record<string, string>) => fromEnv().provide({ host: fakeHost({ env }), signal })

describe('env', () => {
  test('gives the keys, and what stands beside them', async () => {
    expect(await provide(KEYS)).toMatchObject({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'hunter2' })
    const beside = {
      AWS_SESSION_TOKEN: 'tok',
      AWS_ACCOUNT_ID: '123456789012',
      AWS_CREDENTIAL_EXPIRATION: '2026-01-01T06:00:00Z',
    }
    expect(await provide({ ...KEYS, ...beside })).toEqual({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'hunter2',
      sessionToken: 'tok',
      accountId: '123456789012',
      expiration: new Date('2026-01-01T06:00:00Z'),
    })
  })

  test('blank companions are none', async () => {
    const blank = { AWS_SESSION_TOKEN: '', AWS_CREDENTIAL_EXPIRATION: ' ', AWS_ACCOUNT_ID: '' }
    expect(await provide({ ...KEYS, ...blank })).toMatchObject({
      sessionToken: undefined,
      expiration: undefined,
      accountId: undefined,
    })
  })

  test.each([
    {},
    { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    { AWS_ACCESS_KEY_ID: ' ', AWS_SECRET_ACCESS_KEY: '\t' },
    { AWS_ACCESS_KEY: 'a', AWS_SECRET_KEY: 's', AWS_SESSION_TOKEN: 't', SECRET_ACCESS_KEY: 's' },
  ])('%o: it steps aside', async (env) => {
    expect(await provide(env)).toEqual({ skipped: expect.stringContaining('not set') })
  })

  test.each<[env: Record<string, string>, code: string, names: string]>([
    [{ AWS_ACCESS_KEY_ID: 'hunter2' }, 'KEYS_INCOMPLETE', 'AWS_SECRET_ACCESS_KEY is missing'],
    [
      { AWS_ACCESS_KEY_ID: 'hunter2', AWS_SECRET_ACCESS_KEY: '' },
      'KEYS_INCOMPLETE',
      'AWS_SECRET_ACCESS_KEY is missing',
    ],
    [{ AWS_SECRET_ACCESS_KEY: 'hunter2' }, 'KEYS_INCOMPLETE', 'AWS_ACCESS_KEY_ID is missing'],
    [{ ...KEYS, AWS_CREDENTIAL_EXPIRATION: '2026-01-01T00:00:00Z' }, 'EXPIRED', '2026-01-01T00:00:00'],
    [{ ...KEYS, AWS_CREDENTIAL_EXPIRATION: 'hunter2' }, 'CONFIG_INVALID', 'AWS_CREDENTIAL_EXPIRATION'],
  ])('%o is %s', async (env, code, names) => {
    const error = await failureOf(provide(env))
    expect(error).toMatchObject({ code, source: 'env', message: expect.stringContaining(names) })
    expect(error.stack).not.toContain('hunter2')
  })

  test('an old name of the token is nobody’s', async () => {
    expect(await provide({ ...KEYS, AWS_SECURITY_TOKEN: 'x' })).toMatchObject({ sessionToken: undefined })
  })

  test('the variables are read anew each time', async () => {
    const host = fakeHost({ env: { ...KEYS } })
    const env = fromEnv()
    await env.provide({ host, signal })
    host.env['AWS_ACCESS_KEY_ID'] = 'AKIANEW'
    expect(await env.provide({ host, signal })).toMatchObject({ accessKeyId: 'AKIANEW' })
  })

  describe('keys that had an end and have none any more', () => {
    const expiring = { ...KEYS, AWS_CREDENTIAL_EXPIRATION: '2026-01-01T06:00:00Z' }
    test('are an error, not keys without an end', async () => {
      const host = fakeHost({ env: { ...expiring } })
      const env = fromEnv()
      await env.provide({ host, signal })
      delete host.env['AWS_CREDENTIAL_EXPIRATION']
      expect(await failureOf(env.provide({ host, signal }))).toMatchObject({
        code: 'CONFIG_INVALID',
        source: 'env',
        message: expect.stringContaining('AWS_CREDENTIAL_EXPIRATION'),
      })
    })

    test('are well where they are other keys', async () => {
      const host = fakeHost({ env: { ...expiring } })
      const env = fromEnv()
      await env.provide({ host, signal })
      delete host.env['AWS_CREDENTIAL_EXPIRATION']
      host.env['AWS_ACCESS_KEY_ID'] = 'AKIANEW'
      expect(await env.provide({ host, signal })).toMatchObject({ accessKeyId: 'AKIANEW', expiration: undefined })
    })
  })

  test('what it read is told, masked', async () => {
    const facts: Record<string, string> = {}
    const fact = (name: string, value: string): void => {
      facts[name] = value
    }
    const trace = traceWith({ fact })
    await fromEnv().provide({ host: fakeHost({ env: { ...KEYS, AWS_SESSION_TOKEN: 'hunter2' } }), signal, trace })
    expect(facts).toEqual({ AWS_ACCESS_KEY_ID: 'AKIA…MPLE', AWS_SESSION_TOKEN: 'set' })
  })
})

describe('static', () => {
  const give = async (keys?: Parameters<typeof fromStatic>[0]) => fromStatic(keys).provide({ host: fakeHost(), signal })

  test('gives the keys of the code', async () => {
    expect(await give({ accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't', accountId: '1' })).toMatchObject({
      accessKeyId: 'a',
      secretAccessKey: 's',
      sessionToken: 't',
      accountId: '1',
    })
  })

  test('without keys it steps aside', async () => {
    expect(await give()).toEqual({ skipped: 'no keys are given in code' })
  })

  test.each([
    [{ accessKeyId: 'a', secretAccessKey: '' }, 'KEYS_INCOMPLETE', 'secretAccessKey is missing'],
    [{ accessKeyId: ' ', secretAccessKey: 's' }, 'KEYS_INCOMPLETE', 'accessKeyId is missing'],
    [{ accessKeyId: 'a', secretAccessKey: 's', expiration: new Date('2026-01-01T00:00:00Z') }, 'EXPIRED', 'expired'],
    [{ accessKeyId: 'a', secretAccessKey: 's', expiration: new Date('x') }, 'CONFIG_INVALID', 'no time'],
  ])('%o is an error', async (keys, code, text) => {
    expect(await failureOf(give(keys))).toMatchObject({
      code,
      source: 'static',
      message: expect.stringContaining(text),
    })
  })
})
