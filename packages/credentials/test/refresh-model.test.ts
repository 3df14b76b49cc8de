/** The refresh machine against what must hold whatever happens: random worlds on a virtual clock. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Found } from '../src/chain.ts'
import { CredentialsError, type CredentialsErrorCode } from '../src/errors.ts'
import { normalise } from '../src/model/credentials.ts'
import { createRefresher } from '../src/refresh.ts'
import { fakeHost } from './fake-host.ts'

const MIN = 60_000
const keyNumber = (id = 'key0'): number => Number(id.slice(3))
const SKEW_MS = 5 * MIN

type Mood = 'healthy' | 'down' | 'refusing' | 'expired' | 'broken'
type Happening =
  | { do: 'tick'; ms: number }
  | { do: 'jump'; ms: number }
  | { do: 'get'; callers: number; force: boolean; minValidityMs: number }
  | { do: 'mood'; mood: Mood; slow: boolean }
  | { do: 'answer' }
  | { do: 'invalidate'; old: boolean }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('tick' as const),
      ms: fc.constantFrom(1, 999, 5_000, 30_000, MIN, 4 * MIN, 11 * MIN, 50 * MIN, 300 * MIN),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jump' as const),
      ms: fc.constantFrom(-1_440 * MIN, -10 * MIN, -3 * MIN, 3 * MIN, 10 * MIN, 1_440 * MIN),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('get' as const),
      callers: fc.integer({ min: 1, max: 4 }),
      force: fc.boolean(),
      minValidityMs: fc.constantFrom(0, 0, 30 * MIN),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      slow: fc.boolean(),
      mood: fc.constantFrom<Mood>('healthy', 'healthy', 'down', 'refusing', 'expired', 'broken'),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'answer' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('invalidate' as const), old: fc.boolean() }) },
)
const story = fc.record({
  staleAllowed: fc.boolean(),
  lifeMs: fc.constantFrom(15 * MIN, 60 * MIN, 360 * MIN),
  random: fc.constantFrom(0, 0.5, 0.999),
  happenings: fc.array(happening, { maxLength: 60, size: 'max' }),
})

test('whatever happens, the machine keeps its promises', async () => {
  let served = 0
  let stale = 0
  let failed = 0
  await fc.assert(
    fc.asyncProperty(story, async ({ staleAllowed, lifeMs, random, happenings }) => {
      const host = fakeHost({ random })
      let mood: Mood = 'healthy'
      let slow = false
      let latestMs = host.now()
      let keys = 0
      let newest: { id: string; endMs: number } | undefined
      let previous: string | undefined
      let inFlight = 0
      let answer: (() => void) | undefined
      /** When passing failures were suffered with something servable cached: no call may follow soon. */
      let backOff: { fromMs: number } | undefined
      let refusedAtMs: number | undefined

      const violations: unknown[] = []
      const remember = (violation: unknown): void => {
        violations.push(violation)
      }
      const fetch = async (): Promise<Found> => {
        inFlight += 1
        const now = host.now()
        const isServable = staleAllowed || (newest !== undefined && newest.endMs > now)
        const sinceFailureMs = backOff && isServable ? now - backOff.fromMs : Number.POSITIVE_INFINITY
        const sinceNoMs = refusedAtMs === undefined ? Number.POSITIVE_INFINITY : now - refusedAtMs
        if (inFlight > 1) remember('two requests at once')
        if (sinceFailureMs >= -SKEW_MS && sinceFailureMs < 300_000) remember('asked in a back-off')
        if (sinceNoMs >= 0 && sinceNoMs < 1_000) remember('asked right after a no')
        if (slow)
          await new Promise<void>((resolve) => {
            answer = resolve
          })
        answer = undefined
        inFlight -= 1
        return reply()
      }
      const fail = (code: CredentialsErrorCode): never => {
        throw new CredentialsError('x', { code, source: 'mine', remedy: 'y' })
      }
      const suffer = (): void => {
        if (newest && (staleAllowed || newest.endMs > host.now())) backOff = { fromMs: host.now() }
      }
      const reply = (): Found => {
        if (mood === 'refusing') {
          refusedAtMs = host.now()
          fail('SOURCE_REFUSED')
        }
        if (mood !== 'healthy') suffer()
        if (mood === 'down') fail('SOURCE_UNREACHABLE')
        if (mood === 'expired') fail('EXPIRED')
        if (mood === 'broken') throw new TypeError('bug')
        keys += 1
        const endMs = host.now() + lifeMs
        const credentials = normalise(
          { accessKeyId: `key${keys}`, secretAccessKey: 's', expiration: new Date(endMs) },
          'mine',
        )
        previous = newest?.id
        newest = { id: `key${keys}`, endMs }
        backOff = undefined
        refusedAtMs = undefined
        return { credentials, staleAllowed }
      }

      const refresher = createRefresher({ host, onEvent: () => {}, fetch })
      const waiting: Promise<void>[] = []
      const call = (newestAtCall: number, request = {}): Promise<void> =>
        refresher.get(request).then(
          (credentials) => {
            const now = host.now()
            served += 1
            const number = keyNumber(credentials.accessKeyId)
            expect(number, 'older than what was there').toBeGreaterThanOrEqual(newestAtCall)
            expect(number, 'nobody fetched it').toBeLessThanOrEqual(keyNumber(newest?.id))
            if (credentials.expiration && credentials.expiration.getTime() <= now) {
              stale += 1
              expect(staleAllowed, 'served past its end').toBe(true)
            }
          },
          (error: unknown) => {
            failed += 1
            const isOurs = error instanceof CredentialsError || (error instanceof TypeError && error.message === 'bug')
            expect(isOurs, `failed with ${error}`).toBe(true)
            const code = error instanceof CredentialsError ? error.code : 'UNKNOWN'
            const isServable = newest !== undefined && (staleAllowed || newest.endMs > host.now())
            if (code !== 'SOURCE_REFUSED') expect(isServable, 'something could have been served').toBe(false)
          },
        )

      for (const one of happenings) {
        if (one.do === 'tick') await host.pass(one.ms)
        else if (one.do === 'jump') host.jump(one.ms)
        else if (one.do === 'mood') {
          mood = one.mood
          slow = one.slow
        } else if (one.do === 'answer') answer?.()
        else if (one.do === 'invalidate') refresher.invalidate((one.old ? previous : newest?.id) ?? 'none')
        else {
          const { callers, force, minValidityMs } = one
          const request = { forceRefresh: force, minValidityMs }
          const newestAtCall = keyNumber(newest?.id)
          for (let caller = 0; caller < callers; caller++) waiting.push(call(newestAtCall, request).catch(remember))
        }
        await host.pass(0)
        latestMs = Math.max(latestMs, host.now())
      }

      // however it went: ten minutes after the source is well again, by a clock that is right, what is served is fresh
      mood = 'healthy'
      slow = false
      answer?.()
      await host.pass(Math.max(0, latestMs - host.now()) + 10 * MIN)
      const last = refresher.get({})
      const credentials = await last
      expect(credentials.expiration?.getTime() ?? 0, 'not fresh').toBeGreaterThan(host.now())
      answer?.()
      await Promise.all(waiting) // every caller got something
      expect(violations).toEqual([])
      expect(inFlight).toBe(0)
    }),
    { numRuns: 250 },
  )
  expect({ served: served > 500, stale: stale > 10, failed: failed > 50 }).toEqual({
    served: true,
    stale: true,
    failed: true,
  })
})
