import type { Credentials } from '@rolecall/credentials'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Failure } from '../src/failure.ts'
import { type KeepOptions, type KeptSession, keepSession } from '../src/serve/kept-session.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DOWN = new Failure('down', { code: 'SOURCE_UNREACHABLE', source: 'test', remedy: 'Wait' })
const REFUSED = new Failure('no', { code: 'SOURCE_REFUSED', source: 'test', remedy: 'Ask' })

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A source whose sessions live this long. What it does next may be set. */
function play(lifeMs: number | undefined, options: Partial<KeepOptions> = {}) {
  const world = {
    asked: 0,
    wanted: 0,
    lifeMs,
    /** Thrown instead. */
    error: undefined as Failure | undefined,
    /** Time that an answer takes. */
    delayMs: 0,
    kept: undefined as unknown as KeptSession,
    leftMs: async (minLeftMs?: number) => (await world.kept.get(minLeftMs)).untilMs - Date.now(),
  }
  const fetch = async (minLeftMs: number): Promise<Credentials> => {
    const number = ++world.asked
    world.wanted = minLeftMs
    const expiration = world.lifeMs === undefined ? undefined : new Date(Date.now() + world.lifeMs)
    if (world.delayMs) await new Promise((resolve) => setTimeout(resolve, world.delayMs))
    if (world.error) throw world.error
    const unknown = { sessionToken: undefined, accountId: undefined }
    return { accessKeyId: `KEY${number}`, secretAccessKey: 's', expiration, source: 'test', ...unknown }
  }
  world.kept = keepSession({ fetch, forInstances: false, ...options })
  return world
}

/** Lets time pass, and calls in each step. */
async function pass(totalMs: number, stepMs: number, call: () => Promise<unknown>): Promise<void> {
  for (let passedMs = 0; passedMs < totalMs; passedMs += stepMs) {
    await vi.advanceTimersByTimeAsync(stepMs)
    await call()
  }
}

test('nothing is asked before somebody wants it', async () => {
  const world = play(HOUR)
  await vi.advanceTimersByTimeAsync(HOUR)
  expect(world.asked).toBe(0)
})

test('in a day of hours every caller has a quarter of one left, and the source is asked each time a quarter is left', async () => {
  const world = play(HOUR)
  let leastMs = await world.leftMs()
  await pass(24 * HOUR, 30 * SECOND, async () => {
    leastMs = Math.min(leastMs, await world.leftMs())
  })
  expect(leastMs).toBeGreaterThanOrEqual(15 * MINUTE - 30 * SECOND)
  expect(world.asked).toBe(1 + 24 / 0.75)
})

test('who asks as on an instance has more than 20 minutes', async () => {
  const world = play(HOUR, { forInstances: true })
  let leastMs = await world.leftMs(20 * MINUTE)
  await pass(24 * HOUR, 30 * SECOND, async () => {
    leastMs = Math.min(leastMs, await world.leftMs(20 * MINUTE))
  })
  expect(leastMs).toBeGreaterThan(20 * MINUTE)
  expect(world.asked).toBeLessThan(40)
})

test('callers at once are one question', async () => {
  const world = play(HOUR, {})
  world.delayMs = SECOND
  const answers = Promise.all(Array.from({ length: 100 }, () => world.kept.get()))
  await vi.advanceTimersByTimeAsync(SECOND)
  expect(new Set((await answers).map(({ credentials }) => credentials.accessKeyId))).toEqual(new Set(['KEY1']))
  expect(world.asked).toBe(1)
})

test('nobody waits for a renewal while a session is valid', async () => {
  const world = play(HOUR)
  await world.kept.get()
  world.delayMs = 5 * MINUTE
  await vi.advanceTimersByTimeAsync(46 * MINUTE)
  expect(world.asked).toBe(2)
  expect((await world.kept.get()).credentials.accessKeyId).toBe('KEY1')
  await vi.advanceTimersByTimeAsync(5 * MINUTE)
  expect((await world.kept.get()).credentials.accessKeyId).toBe('KEY2')
})

test('after a sleep of the machine a caller gets a new session, not the one that ended meanwhile', async () => {
  const world = play(HOUR)
  await world.kept.get()
  vi.setSystemTime(2 * HOUR)
  expect((await world.kept.get()).credentials.accessKeyId).toBe('KEY2')
})

test('after a shorter sleep it gets the one that is valid; who wants more left waits for the next', async () => {
  const world = play(HOUR)
  await world.kept.get()
  vi.setSystemTime(50 * MINUTE)
  world.delayMs = SECOND
  expect((await world.kept.get()).credentials.accessKeyId).toBe('KEY1')
  const patient = world.kept.get(20 * MINUTE)
  await vi.advanceTimersByTimeAsync(SECOND)
  expect((await patient).credentials.accessKeyId).toBe('KEY2')
})

test('a clock that is set back makes no session eternal', async () => {
  const world = play(HOUR)
  vi.setSystemTime(24 * HOUR)
  await world.kept.get()
  vi.setSystemTime(0)
  await world.kept.get()
  await vi.advanceTimersByTimeAsync(0)
  expect((await world.kept.get()).credentials.accessKeyId).toBe('KEY2')
})

test('a source that is down is asked again ever sooner, and what is valid is served meanwhile', async () => {
  const failures: (Date | undefined)[] = []
  const world = play(HOUR, { onFailed: (_error, validUntil) => failures.push(validUntil) })
  await world.kept.get()
  world.error = DOWN
  await pass(59 * MINUTE, 10 * SECOND, async () => {
    expect((await world.kept.get()).credentials.accessKeyId).toBe('KEY1')
  })
  expect(world.asked).toBeGreaterThan(10)
  expect(world.asked).toBeLessThan(40)
  expect(new Set(failures.map((until) => until?.getTime()))).toEqual(new Set([HOUR]))

  world.error = undefined
  await vi.advanceTimersByTimeAsync(30 * SECOND)
  expect((await world.kept.get()).credentials.accessKeyId).not.toBe('KEY1')
})

test('one that refuses is asked less often', async () => {
  const world = play(HOUR)
  await world.kept.get()
  world.error = REFUSED
  await pass(59 * MINUTE, 10 * SECOND, async () => world.kept.get())
  expect(world.asked).toBeLessThan(20)
})

test('when nothing valid is left its error is the answer, and a thousand callers are one question', async () => {
  const world = play(HOUR)
  await world.kept.get()
  world.error = DOWN
  await vi.advanceTimersByTimeAsync(61 * MINUTE)
  const asked = world.asked
  for (let call = 0; call < 1_000; call++) await expect(world.kept.get()).rejects.toBe(DOWN)
  expect(world.asked - asked).toBeLessThanOrEqual(1)

  world.error = undefined
  await vi.advanceTimersByTimeAsync(2 * SECOND)
  expect(await world.leftMs()).toBe(HOUR)
})

test('where nobody asks any more, a source that is down is left alone', async () => {
  const world = play(HOUR)
  await world.kept.get()
  world.error = DOWN
  await vi.advanceTimersByTimeAsync(2 * HOUR)
  const asked = world.asked
  await vi.advanceTimersByTimeAsync(24 * HOUR)
  expect(world.asked).toBe(asked)
})

test('a source that gives the same end again and again is not asked for each caller', async () => {
  const world = play(HOUR)
  await pass(HOUR - SECOND, SECOND, async () => {
    world.lifeMs = HOUR - Date.now()
    await world.kept.get()
  })
  expect(world.asked).toBeLessThan(30)
})

test('sessions of seconds are renewed at half their life', async () => {
  const world = play(4 * SECOND)
  let leastMs = await world.leftMs()
  await pass(MINUTE, 100, async () => {
    leastMs = Math.min(leastMs, await world.leftMs())
  })
  expect(leastMs).toBeGreaterThanOrEqual(1_900)
  expect(world.asked).toBe(1 + 30)
})

test('keys without an end are asked for again: somebody may have replaced them', async () => {
  const world = play(undefined)
  await world.kept.get()
  await vi.advanceTimersByTimeAsync(3 * HOUR)
  expect(world.asked).toBe(1 + 4)
})

test('a source is told how much life is wanted', async () => {
  const world = play(HOUR)
  await world.kept.get()
  expect(world.wanted).toBe(0)
  await vi.advanceTimersByTimeAsync(46 * MINUTE)
  expect(world.wanted).toBe(15 * MINUTE)
})

test('once stopped it renews no more', async () => {
  const world = play(HOUR)
  await world.kept.get()
  world.kept.stop()
  await vi.advanceTimersByTimeAsync(24 * HOUR)
  expect(world.asked).toBe(1)
})
