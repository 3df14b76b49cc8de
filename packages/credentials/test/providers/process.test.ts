import { describe, expect, test } from 'vitest'
import { fromProcess } from '../../src/providers/process.ts'
import { type Ending, type FakeHost, failureOf, fakeHost, silence } from '../fake-host.ts'

const KEYS = { Version: 1, AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 'secret' }
const LINE = 'get --password hunter2'
const running = (ending: Ending, env = {}): FakeHost => fakeHost({ env, processes: { [LINE]: ending } })
const provide = (host: FakeHost, options = {}, signal = new AbortController().signal) =>
  fromProcess({ command: LINE, ...options }).provide({ host, signal })
const bytes = (text: string) => new TextEncoder().encode(text)

test('a program’s keys, with token, expiry and account', async () => {
  const output = { ...KEYS, SessionToken: 'tok', Expiration: '2026-01-01T06:00:00Z', AccountId: '1' }
  expect(await provide(running(JSON.stringify(output)))).toEqual({
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'secret',
    sessionToken: 'tok',
    expiration: new Date('2026-01-01T06:00:00Z'),
    accountId: '1',
  })
})

test('token and expiry may be missing', async () => {
  expect(await provide(running(JSON.stringify(KEYS)))).toMatchObject({ sessionToken: undefined, expiration: undefined })
})

test('what it says on stderr is noise, where it ends well', async () => {
  expect(
    await provide(running({ stdout: bytes(`\n${JSON.stringify(KEYS)}\n`), stderr: bytes('warning') })),
  ).toMatchObject({ accessKeyId: 'ASIAEXAMPLE' })
})

describe('a program that does not do its work is an error that quotes nothing of it', () => {
  const print = (object: object): string => JSON.stringify(object)
  test.each<[name: string, code: string, text: RegExp, ending: Ending]>([
    [
      'it ends badly',
      'PROCESS_FAILED',
      /status 3/,
      { exitCode: 3, stdout: bytes(print(KEYS)), stderr: bytes('hunter2') },
    ],
    ['its program is not there', 'PROCESS_FAILED', /status 127: its program was not found/, { exitCode: 127 }],
    ['its program is no program', 'PROCESS_FAILED', /status 126: its program may not be run/, { exitCode: 126 }],
    ['it cannot be run', 'PROCESS_FAILED', /could not be run/, new Error(`spawn ${LINE} ENOENT`)],
    ['it prints no JSON', 'RESPONSE_INVALID', /no JSON/, 'hunter2'],
    ['it prints nothing', 'RESPONSE_INVALID', /no JSON/, ''],
    ['it prints JSON and more', 'RESPONSE_INVALID', /no JSON/, `${print(KEYS)} hunter2`],
    ['it prints a list', 'RESPONSE_INVALID', /no JSON/, '[1]'],
    ['it prints no version', 'RESPONSE_INVALID', /"Version": 1/, print({ ...KEYS, Version: undefined })],
    ['it prints another version', 'RESPONSE_INVALID', /"Version": 1/, print({ ...KEYS, Version: 2 })],
    ['its version is a text', 'RESPONSE_INVALID', /"Version": 1/, print({ ...KEYS, Version: '1' })],
    ['it prints no key id', 'RESPONSE_INVALID', /usable/, print({ ...KEYS, AccessKeyId: undefined })],
    ['it prints no secret', 'RESPONSE_INVALID', /usable/, print({ ...KEYS, SecretAccessKey: '' })],
    ['its expiry is no time', 'RESPONSE_INVALID', /usable/, print({ ...KEYS, Expiration: 'hunter2' })],
    ['its keys have expired', 'EXPIRED', /expired/, print({ ...KEYS, Expiration: '2026-01-01T00:00:00Z' })],
  ])('%s', async (_name, code, text, ending) => {
    const host = running(ending)
    const error = await failureOf(provide(host))
    expect(error).toMatchObject({ code, source: 'process', message: expect.stringMatching(text) })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
    expect(host.runs).toHaveLength(1)
  })
})

describe('in its time', () => {
  test('a program that does not end is stopped after 60 seconds', async () => {
    let stopped: AbortSignal | undefined
    const host = running((signal) => {
      stopped = signal
      return silence()
    })
    const outcome = failureOf(provide(host))
    await host.pass(59_999)
    expect(stopped?.aborted).toBe(false)
    await host.pass(1)
    expect(await outcome).toMatchObject({
      code: 'TIMEOUT',
      source: 'process',
      message: expect.stringContaining('60 s'),
    })
    expect(stopped?.aborted).toBe(true)
  })

  test('or after the time that it is given', async () => {
    const host = running(silence)
    expect(await host.until(failureOf(provide(host, { timeoutMs: 1_500 })))).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('1.5 s'),
    })
    expect(host.elapsedMs).toBe(1_500)
  })

  test('a caller who gives up gets the reason back as it went in', async () => {
    const reason = new Error('shutting down')
    const caller = new AbortController()
    const host = running(silence)
    const outcome = expect(provide(host, {}, caller.signal)).rejects.toBe(reason)
    caller.abort(reason)
    await outcome
  })
})

describe('without a command it is the credential_process of the selected profile', () => {
  const world = (config: string, env = {}): FakeHost =>
    fakeHost({ env, files: { '/home/user/.aws/config': config }, processes: { get: JSON.stringify(KEYS) } })
  const ask = async (host: FakeHost, profile?: string) =>
    fromProcess().provide({ host, signal: new AbortController().signal, profile })

  test('with the account of the profile, where the program does not say it', async () => {
    const host = world('[profile a]\ncredential_process = get\naws_account_id = 7')
    expect(await ask(host, 'a')).toMatchObject({ accessKeyId: 'ASIAEXAMPLE', accountId: '7' })
    host.processes['get'] = JSON.stringify({ ...KEYS, AccountId: '8' })
    expect(await ask(host, 'a')).toMatchObject({ accountId: '8' })
  })

  test('and it steps aside where the profile has none', async () => {
    expect(await ask(world('[default]\nregion = x'))).toEqual({ skipped: 'profile default has no credential_process' })
  })

  test('a failure says where the command stands', async () => {
    const host = world('[default]\n\ncredential_process = get')
    host.processes['get'] = { exitCode: 1 }
    expect(await failureOf(ask(host))).toMatchObject({
      code: 'PROCESS_FAILED',
      message: expect.stringContaining('profile default'),
      location: { file: '/home/user/.aws/config', line: 3 },
    })
  })

  test('a program that asks for its own profile again is not run', async () => {
    const host = world('[profile a]\ncredential_process = get', { ROLECALL_PROCESS_PROFILES: 'x,a' })
    expect(await failureOf(ask(host, 'a'))).toMatchObject({ code: 'PROFILE_LOOP' })
    expect(host.runs).toEqual([])
  })

  test('it is told which profiles run above it', async () => {
    const host = world('[profile a]\ncredential_process = get', { ROLECALL_PROCESS_PROFILES: 'x' })
    await ask(host, 'a')
    expect(host.runs).toEqual([{ line: 'get', env: { ROLECALL_PROCESS_PROFILES: 'x,a' } }])
  })
})

test('a command from code is told nothing where there is nothing to tell', async () => {
  const host = running(JSON.stringify(KEYS))
  await provide(host)
  expect(host.runs).toEqual([{ line: LINE, env: { ROLECALL_PROCESS_PROFILES: undefined } }])
})
