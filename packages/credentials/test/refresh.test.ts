import { describe, expect, test } from 'vitest'
import type { Found } from '../src/chain.ts'
import { CredentialsError, type CredentialsErrorCode } from '../src/errors.ts'
import { type Credentials, normalise } from '../src/model/credentials.ts'
import type { CredentialEvent } from '../src/model/event.ts'
import { createRefresher, type Refresher } from '../src/refresh.ts'
import { type FakeHost, failureOf, fakeHost } from './fake-host.ts'

const S = 1_000
const MIN = 60 * S
const HOUR = 60 * MIN

type Reply = number | undefined | Error | (() => Promise<Found>)
interface Setup {
  /** What the source gives, in order, the last for ever: a life in milliseconds, no end, or a failure. */
  gives: Reply[]
  staleAllowed?: boolean
  advisoryWindowSeconds?: number
  random?: number
}
interface Machine {
  host: FakeHost
  refresher: Refresher
  events: CredentialEvent[]
  /** How often the source was asked. */
  readonly asked: number
  /** Which of the source's keys a call gets: `key1` is the first. */
  get(request?: Parameters<Refresher['get']>[0]): Promise<string>
}

const failing = (code: CredentialsErrorCode): Error => new CredentialsError('x', { code, source: 'mine', remedy: 'y' })
const DOWN = failing('SOURCE_UNREACHABLE')
const NO = failing('SOURCE_REFUSED')

function machine({ gives, staleAllowed = true, advisoryWindowSeconds, random = 0.5 }: Setup): Machine {
  const host = fakeHost({ random })
  const events: CredentialEvent[] = []
  let asked = 0
  const fetch = async (): Promise<Found> => {
    const reply = gives[Math.min(asked, gives.length - 1)]
    asked += 1
    if (typeof reply === 'function') return reply()
    if (reply instanceof Error) throw reply
    if (reply !== undefined && reply <= 0) throw failing('EXPIRED')
    return found(`key${asked}`, reply === undefined ? undefined : host.now() + reply, staleAllowed)
  }
  const refresher = createRefresher({ host, advisoryWindowSeconds, onEvent: (event) => events.push(event), fetch })
  return {
    host,
    refresher,
    events,
    get asked() {
      return asked
    },
    get: async (request = {}) => (await refresher.get(request)).accessKeyId,
  }
}

function found(accessKeyId: string, endMs: number | undefined, staleAllowed = true): Found {
  const expiration = endMs === undefined ? undefined : new Date(endMs)
  const credentials: Credentials = normalise({ accessKeyId, secretAccessKey: 's', expiration }, 'mine')
  return { credentials, staleAllowed }
}

/** Answers by hand. */
function held(): { reply: () => Promise<Found>; give: (value: Found | Error) => void } {
  let give: (value: Found | Error) => void = () => {}
  const promise = new Promise<Found>((resolve, reject) => {
    give = (value) => (value instanceof Error ? reject(value) : resolve(value))
  })
  return { reply: () => promise, give }
}

describe('from memory', () => {
  test('without an end they are fetched once', async () => {
    const m = machine({ gives: [undefined] })
    expect(await m.get()).toBe('key1')
    await m.host.pass(1_000 * HOUR)
    expect(await m.get()).toBe('key1')
    expect(m.asked).toBe(1)
  })

  test('nothing is asked before the first call', () => {
    expect(machine({ gives: [HOUR] }).asked).toBe(0)
  })

  test('a thousand first calls at once are one request, and all get its answer', async () => {
    const m = machine({ gives: [HOUR] })
    expect(new Set(await Promise.all(Array.from({ length: 1_000 }, () => m.get())))).toEqual(new Set(['key1']))
    expect(m.asked).toBe(1)
  })

  test('a thousand first calls share its failure too, and the next call asks again', async () => {
    const m = machine({ gives: [DOWN, HOUR] })
    const all = await Promise.allSettled(Array.from({ length: 1_000 }, () => m.get()))
    expect(all.every((one) => one.status === 'rejected' && one.reason === DOWN)).toBe(true)
    expect(m.asked).toBe(1)
    expect(await m.get()).toBe('key2')
    expect(m.asked).toBe(2)
  })
})

describe('the advisory window goes by the life of the credentials', () => {
  test.each<[name: string, lifeMs: number, windowMs: number]>([
    ['15 minutes: 5', 15 * MIN, 5 * MIN],
    ['20 minutes: 5', 20 * MIN, 5 * MIN],
    ['a little more than 20 minutes: 15', 20 * MIN + 1, 15 * MIN],
    ['an hour: 15', HOUR, 15 * MIN],
    ['a little less than 90 minutes: 15', 90 * MIN - 1, 15 * MIN],
    ['90 minutes: 60', 90 * MIN, HOUR],
    ['six hours: 60', 6 * HOUR, HOUR],
    ['10 minutes: 5', 10 * MIN, 5 * MIN],
    ['4 minutes: half of it', 4 * MIN, 2 * MIN],
  ])('%s', async (_name, lifeMs, windowMs) => {
    const m = machine({ gives: [lifeMs] })
    await m.get()
    await m.host.pass(lifeMs - windowMs - 1)
    expect(await m.get()).toBe('key1')
    await m.host.pass(1)
    expect(await m.get()).toBe('key2')
    expect(m.asked).toBe(2)
  })

  test('and is worked out anew at each success', async () => {
    const m = machine({ gives: [15 * MIN, 6 * HOUR] })
    await m.get()
    await m.host.pass(10 * MIN)
    expect(await m.get()).toBe('key2')
    await m.host.pass(5 * HOUR - 1)
    expect(await m.get()).toBe('key2')
    await m.host.pass(1)
    expect(await m.get()).toBe('key3')
  })

  test.each([
    ['longer', 3_000],
    ['shorter', 120],
  ])('that of the user wins: %s', async (_name, advisoryWindowSeconds) => {
    const m = machine({ gives: [HOUR], advisoryWindowSeconds })
    await m.get()
    await m.host.pass(HOUR - advisoryWindowSeconds * S - 1)
    expect(await m.get()).toBe('key1')
    await m.host.pass(1)
    expect(await m.get()).toBe('key2')
  })

  test('a window of none leaves the mandatory one', async () => {
    const m = machine({ gives: [HOUR], advisoryWindowSeconds: 0 })
    await m.get()
    await m.host.pass(HOUR - MIN - 1)
    expect(await m.get()).toBe('key1')
    await m.host.pass(1)
    expect(await m.get()).toBe('key2')
  })

  test('of a source that may not be served past its end it is ten seconds', async () => {
    const m = machine({ gives: [HOUR], staleAllowed: false })
    await m.get()
    await m.host.pass(HOUR - 10 * S - 1)
    expect(await m.get()).toBe('key1')
    await m.host.pass(1)
    expect(await m.get()).toBe('key2')
  })
})

describe('who waits', () => {
  test('in the advisory window one caller does, and gets the new ones; the others go on', async () => {
    const second = held()
    const m = machine({ gives: [HOUR, second.reply] })
    await m.get()
    await m.host.pass(50 * MIN)
    const waiting = m.get()
    expect(await Promise.all([m.get(), m.get()])).toEqual(['key1', 'key1'])
    second.give(found('new', m.host.now() + HOUR))
    expect(await waiting).toBe('new')
    expect(await m.get()).toBe('new')
    expect(m.asked).toBe(2)
  })

  test('in the mandatory window all do, for one request', async () => {
    const second = held()
    const m = machine({ gives: [HOUR, second.reply] })
    await m.get()
    await m.host.pass(59 * MIN)
    const waiting = Promise.all([m.get(), m.get(), m.get()])
    await m.host.pass(10 * S)
    second.give(found('new', m.host.now() + HOUR))
    expect(await waiting).toEqual(['new', 'new', 'new'])
    expect(m.asked).toBe(2)
  })

  test('a caller who comes in the mandatory window waits for the request of the advisory one', async () => {
    const second = held()
    const m = machine({ gives: [HOUR, second.reply] })
    await m.get()
    await m.host.pass(58 * MIN)
    const first = m.get()
    await m.host.pass(90 * S)
    const later = m.get()
    second.give(found('new', m.host.now() + HOUR))
    expect(await Promise.all([first, later])).toEqual(['new', 'new'])
    expect(m.asked).toBe(2)
  })

  test('the mandatory window is one minute', async () => {
    const m = machine({ gives: [HOUR, held().reply] })
    await m.get()
    await m.host.pass(59 * MIN - 1)
    void m.get()
    expect(await m.get()).toBe('key1')
    await m.host.pass(1)
    let settled = false
    void m.get().then(() => (settled = true))
    await m.host.pass(30 * S)
    expect(settled).toBe(false)
  })
})

test('of a life under four minutes the mandatory window is a quarter', async () => {
  const m = machine({ gives: [2 * MIN, held().reply] })
  await m.get()
  await m.host.pass(90 * S - 1)
  void m.get()
  expect(await m.get()).toBe('key1')
  await m.host.pass(1)
  let settled = false
  void m.get().then(() => {
    settled = true
  })
  await m.host.pass(S)
  expect(settled).toBe(false)
})

describe('a failed refresh while something is cached', () => {
  test.each<[name: string, leftMs: number]>([
    ['in the advisory window', 10 * MIN],
    ['in the mandatory window', 30 * S],
    ['past their end', -5 * MIN],
    ['hours past their end', -3 * HOUR],
  ])('%s: what is cached is served', async (_name, leftMs) => {
    const m = machine({ gives: [HOUR, DOWN] })
    await m.get()
    await m.host.pass(HOUR - leftMs)
    expect(await m.get()).toBe('key1')
    expect(m.asked).toBe(2)
    expect(m.events.map(({ type }) => type)).toEqual(['found', 'refresh-failed', 'served-stale'])
  })

  test.each<[random: number, backOffMs: number]>([
    [0, 300 * S],
    [0.5, 450 * S],
    [0.999, 599.7 * S],
  ])('then the source is left alone: a random part of 300 s more than 300 s (%d)', async (random, backOffMs) => {
    const m = machine({ gives: [HOUR, DOWN, HOUR], random })
    await m.get()
    await m.host.pass(50 * MIN)
    await m.get()
    await m.host.pass(backOffMs - 1)
    expect(await m.get()).toBe('key1')
    expect(m.asked).toBe(2)
    await m.host.pass(1)
    expect(await m.get()).toBe('key3')
    expect(m.asked).toBe(3)
  })

  test('whatever is asked for in that time: minValidityMs, forceRefresh, or after invalidate', async () => {
    const m = machine({ gives: [HOUR, DOWN] })
    await m.get()
    await m.host.pass(50 * MIN)
    await m.get()
    m.refresher.invalidate('key1')
    expect(await Promise.all([m.get(), m.get({ forceRefresh: true }), m.get({ minValidityMs: HOUR })])).toEqual([
      'key1',
      'key1',
      'key1',
    ])
    expect(m.asked).toBe(2)
  })

  test('of three hours, every 5 to 10 minutes one', async () => {
    const m = machine({ gives: [HOUR, DOWN] })
    await m.get()
    await m.host.pass(45 * MIN)
    for (let second = 0; second < 3 * 3_600; second += 30) {
      expect(await m.get()).toBe('key1')
      await m.host.pass(30 * S)
    }
    expect(m.asked).toBeGreaterThanOrEqual(1 + 3 * 6)
    expect(m.asked).toBeLessThanOrEqual(1 + 3 * 12)
  })

  test('after 10,000 failures it is renewed within ten minutes of the source’s coming back', async () => {
    const gives: Reply[] = [HOUR, ...Array<Reply>(10_000).fill(DOWN), HOUR]
    const m = machine({ gives, random: 0.999 })
    await m.get()
    await m.host.pass(HOUR)
    for (let time = 0; time < 10_000; time++) {
      await m.refresher.get({})
      m.host.jump(600 * S)
    }
    expect(m.asked).toBe(10_001)
    expect(await m.get()).toBe('key10002')
  })

  test('a success ends the back-off: the next failure begins one of its own', async () => {
    const m = machine({ gives: [HOUR, DOWN, 15 * MIN, DOWN] })
    await m.get()
    await m.host.pass(50 * MIN)
    await m.get()
    await m.host.pass(450 * S)
    expect(await m.get()).toBe('key3')
    await m.host.pass(10 * MIN)
    expect(await m.get()).toBe('key3')
    expect(m.asked).toBe(4)
  })

  test.each<CredentialsErrorCode>(['TIMEOUT', 'SOURCE_UNREACHABLE', 'RESPONSE_INVALID', 'EXPIRED', 'PROCESS_FAILED'])(
    '%s may pass',
    async (code) => {
      const m = machine({ gives: [HOUR, failing(code)] })
      await m.get()
      await m.host.pass(HOUR)
      expect(await m.get()).toBe('key1')
    },
  )

  test('an error that nobody foresaw may pass too', async () => {
    const m = machine({ gives: [HOUR, new TypeError('bug')] })
    await m.get()
    await m.host.pass(HOUR)
    expect(await m.get()).toBe('key1')
    expect(m.events[1]).toMatchObject({ type: 'refresh-failed', code: 'UNKNOWN' })
  })

  test('an answer that has expired counts as one', async () => {
    const m = machine({ gives: [HOUR, -1, 0, HOUR] })
    await m.get()
    await m.host.pass(50 * MIN)
    expect(await m.get()).toBe('key1')
    expect(m.events.at(-2)).toMatchObject({ type: 'refresh-failed', code: 'EXPIRED' })
    await m.host.pass(450 * S)
    expect(await m.get()).toBe('key1')
  })
})

describe('keys that may not be served past their end', () => {
  test('are served in a failure while they last', async () => {
    const m = machine({ gives: [HOUR, DOWN], staleAllowed: false })
    await m.get()
    await m.host.pass(HOUR - 5 * S)
    expect(await m.get()).toBe('key1')
    await m.host.pass(1 * S)
    expect(await m.get()).toBe('key1')
    expect(m.asked).toBe(2)
  })

  test('and are an error from their end on, asked for at each call', async () => {
    const m = machine({ gives: [HOUR, DOWN, DOWN, HOUR], staleAllowed: false })
    await m.get()
    await m.host.pass(HOUR - 5 * S)
    await m.get()
    await m.host.pass(5 * S)
    expect(await failureOf(m.get())).toBe(DOWN)
    expect(await m.get()).toBe('key4')
    expect(await m.get({ forceRefresh: true })).toBe('key5') // no back-off is left
  })
})

describe('without anything cached', () => {
  test('a failure is thrown, and the next call asks again', async () => {
    const m = machine({ gives: [DOWN, DOWN, HOUR] })
    expect(await failureOf(m.get())).toBe(DOWN)
    expect(await failureOf(m.get())).toBe(DOWN)
    expect(await m.get()).toBe('key3')
    expect(m.asked).toBe(3)
  })

  test('an answer that has expired is one', async () => {
    const m = machine({ gives: [0] })
    expect(await failureOf(m.get())).toMatchObject({ code: 'EXPIRED' })
    expect(m.events).toEqual([])
  })
})

describe('a no', () => {
  test.each<CredentialsErrorCode>([
    'SOURCE_REFUSED',
    'CONFIG_INVALID',
    'PROFILE_NOT_FOUND',
    'KEYS_INCOMPLETE',
    'PROFILE_LOOP',
    'FILE_MISSING',
    'FILE_UNREADABLE',
    'LOGIN_REQUIRED',
    'REGION_INVALID',
    'MFA_REQUIRED',
    'NO_CREDENTIALS',
  ])('%s is thrown at once, whatever is cached, and begins no back-off', async (code) => {
    const error = failing(code)
    const m = machine({ gives: [HOUR, error, HOUR], random: 0 })
    await m.get()
    await m.host.pass(50 * MIN)
    expect(await failureOf(m.get())).toBe(error)
    await m.host.pass(S)
    expect(await m.get()).toBe('key3')
    expect(m.events.map(({ type }) => type)).toEqual(['found', 'refresh-failed', 'refreshed'])
  })

  test.each([
    [0, 1_000],
    [0.5, 3_000],
    [0.999_999, 5_000],
  ])('is remembered for 1 to 5 seconds (%d)', async (random, forMs) => {
    const m = machine({ gives: [NO, HOUR], random })
    expect(await failureOf(m.get())).toBe(NO)
    await m.host.pass(forMs - 1)
    expect(await failureOf(m.get())).toBe(NO)
    expect(await failureOf(m.get({ forceRefresh: true }))).toBe(NO)
    expect(m.asked).toBe(1)
    await m.host.pass(1)
    expect(await m.get()).toBe('key2')
  })

  test('a tight loop of a thousand calls in one second asks twice at the most', async () => {
    const m = machine({ gives: [NO], random: 0 })
    for (let call = 0; call < 1_000; call++) {
      await failureOf(m.get())
      m.host.jump(1)
    }
    expect(m.asked).toBeLessThanOrEqual(2)
  })
})

describe('by request', () => {
  test('forceRefresh asks, and what it gets is kept', async () => {
    const m = machine({ gives: [HOUR] })
    await m.get()
    expect(await m.get({ forceRefresh: true })).toBe('key2')
    expect(await m.get()).toBe('key2')
  })

  test('forceRefresh also of keys without an end', async () => {
    const m = machine({ gives: [undefined] })
    await m.get()
    expect(await m.get({ forceRefresh: true })).toBe('key2')
  })

  test.each([
    ['enough', 30 * MIN - 1, 'key1'],
    ['too little', 30 * MIN, 'key2'],
  ])('minValidityMs: with %s left', async (_name, minValidityMs, key) => {
    const m = machine({ gives: [HOUR] })
    await m.get()
    await m.host.pass(30 * MIN)
    expect(await m.get({ minValidityMs })).toBe(key)
  })

  test('all who force wait for one request', async () => {
    const m = machine({ gives: [HOUR] })
    await m.get()
    expect(await Promise.all([m.get({ forceRefresh: true }), m.get({ forceRefresh: true })])).toEqual(['key2', 'key2'])
  })
})

describe('a key that a service refused', () => {
  test('is replaced at the next call, which waits', async () => {
    const m = machine({ gives: [HOUR] })
    await m.get()
    m.refresher.invalidate('key1')
    expect(m.asked).toBe(1)
    expect(await Promise.all([m.get(), m.get()])).toEqual(['key2', 'key2'])
    expect(m.asked).toBe(2)
    expect(m.events.map(({ type }) => type)).toEqual(['found', 'invalidated', 'refreshed'])
  })

  test('also where it has no end', async () => {
    const m = machine({ gives: [undefined] })
    await m.get()
    m.refresher.invalidate('key1')
    expect(await m.get()).toBe('key2')
  })

  test('and was replaced already is no news', async () => {
    const m = machine({ gives: [HOUR] })
    await m.get()
    await m.get({ forceRefresh: true })
    m.refresher.invalidate('key1')
    expect(await m.get()).toBe('key2')
    expect(m.events.map(({ type }) => type)).toEqual(['found', 'refreshed'])
  })

  test('before anything was fetched is no news', async () => {
    const m = machine({ gives: [HOUR] })
    m.refresher.invalidate('key1')
    expect(await m.get()).toBe('key1')
  })

  test('while the source is down is served on: there is no other', async () => {
    const m = machine({ gives: [HOUR, DOWN, HOUR] })
    await m.get()
    m.refresher.invalidate('key1')
    expect(await m.get()).toBe('key1')
    expect(await m.get()).toBe('key1')
    expect(m.asked).toBe(2)
    await m.host.pass(450 * S)
    expect(await m.get()).toBe('key3')
  })

  test('while its successor is fetched makes nothing of the successor', async () => {
    const second = held()
    const m = machine({ gives: [HOUR, second.reply] })
    await m.get()
    const waiting = m.get({ forceRefresh: true })
    m.refresher.invalidate('key1')
    second.give(found('new', m.host.now() + HOUR))
    expect(await waiting).toBe('new')
    expect(await m.get()).toBe('new')
    expect(m.asked).toBe(2)
  })
})

describe('when the clock jumps', () => {
  test.each([
    ['back by a little', -5 * MIN, 'key1'],
    ['back by more than five minutes', -5 * MIN - 1, 'key2'],
    ['back by a day', -24 * HOUR, 'key2'],
    ['ahead past their end', 2 * HOUR, 'key2'],
    ['ahead by ten minutes', 10 * MIN, 'key1'],
  ])('%s', async (_name, jumpMs, key) => {
    const m = machine({ gives: [HOUR] })
    await m.get()
    m.host.jump(jumpMs)
    expect(await m.get()).toBe(key)
    expect(await m.get()).toBe(key)
  })

  test('back by a day and the source down: no storm, and not for ever', async () => {
    const m = machine({ gives: [HOUR, DOWN, DOWN, HOUR] })
    await m.get()
    m.host.jump(-24 * HOUR)
    for (let call = 0; call < 100; call++) expect(await m.get()).toBe('key1')
    expect(m.asked).toBe(2)
    await m.host.pass(450 * S)
    await m.get()
    await m.host.pass(450 * S)
    expect(await m.get()).toBe('key4')
  })

  test('back in a back-off: it is over', async () => {
    const m = machine({ gives: [HOUR, DOWN, HOUR] })
    await m.get()
    await m.host.pass(50 * MIN)
    await m.get()
    m.host.jump(-3 * HOUR)
    expect(await m.get()).toBe('key3')
  })

  test.each([1, MIN, HOUR])('back after a no by %i ms: it is not remembered any longer', async (backMs) => {
    const m = machine({ gives: [NO, HOUR] })
    await failureOf(m.get())
    m.host.jump(-backMs)
    expect(await m.get()).toBe('key2')
  })

  test('and then a success: the no of before is forgotten', async () => {
    const m = machine({ gives: [NO, HOUR] })
    await failureOf(m.get())
    m.host.jump(-S)
    expect(await m.get()).toBe('key2')
    await m.host.pass(S)
    expect(await m.get({ forceRefresh: true })).toBe('key3')
  })

  test('while they are fetched', async () => {
    const first = held()
    const m = machine({ gives: [first.reply, HOUR] })
    const waiting = m.get()
    m.host.jump(-2 * HOUR)
    first.give(found('first', m.host.now() + HOUR))
    expect(await waiting).toBe('first')
    expect(await m.get()).toBe('first')
  })

  test('keys without an end stay', async () => {
    const m = machine({ gives: [undefined] })
    await m.get()
    m.host.jump(-24 * HOUR)
    expect(await m.get()).toBe('key1')
  })
})

test('events say what, when, whose and why, and hold no secret', async () => {
  const m = machine({ gives: [HOUR, DOWN, 2 * HOUR] })
  await m.get()
  await m.host.pass(50 * MIN)
  await m.get()
  m.refresher.invalidate('key1')
  await m.host.pass(450 * S)
  await m.get()
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms)
  expect(m.events).toEqual([
    { type: 'found', at: at(0), source: 'mine', expiration: at(HOUR) },
    { type: 'refresh-failed', at: at(50 * MIN), source: 'mine', code: 'SOURCE_UNREACHABLE' },
    { type: 'served-stale', at: at(50 * MIN), source: 'mine', code: 'SOURCE_UNREACHABLE' },
    { type: 'invalidated', at: at(50 * MIN), source: 'mine' },
    { type: 'refreshed', at: at(50 * MIN + 450 * S), source: 'mine', expiration: at(50 * MIN + 450 * S + 2 * HOUR) },
  ])
})
