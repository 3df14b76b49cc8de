/** Two processes and one store, whatever happens to them: random worlds on a virtual clock. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCredentialsError } from '../../src/errors.ts'
import type { CredentialSource } from '../../src/model/credential-source.ts'
import { stsError } from '../sts-world.ts'
import { MIN, machine, numberOf, sessionOf } from './store-world.ts'

type Happening =
  | { readonly do: 'tick'; readonly ms: number }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'get'; readonly who: number; readonly force: boolean }
  | { readonly do: 'restart'; readonly who: number }
  | { readonly do: 'invalidate'; readonly who: number }
  | { readonly do: 'mood'; readonly mood: 'healthy' | 'down' | 'refusing' }
  | { readonly do: 'disk'; readonly full: boolean }
  | { readonly do: 'damage' }

/** Ten minutes, and the five that a clock set back may add. */
const LONGEST_BACK_OFF = 16 * MIN

const who = fc.integer({ min: 0, max: 1 })
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('tick' as const),
      ms: fc.constantFrom(1, 5_000, 11 * MIN, 50 * MIN, 70 * MIN),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('jump' as const),
      ms: fc.constantFrom(-600 * MIN, -10 * MIN, 10 * MIN, 600 * MIN),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('get' as const), who, force: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('invalidate' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      mood: fc.constantFrom('healthy', 'down', 'down', 'refusing'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disk' as const), full: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('damage' as const) }) },
)

test('two processes keep the promises of one', async () => {
  let [served, failed, stale] = [0, 0, 0]
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 30, size: 'max' }), async (happenings) => {
      let mood: 'healthy' | 'down' | 'refusing' = 'healthy'
      let [inFlight, most, given] = [0, 0, 0]
      const world = machine(async (host) => {
        inFlight += 1
        most = Math.max(most, inFlight)
        await host.sleep(50, new AbortController().signal)
        inFlight -= 1
        if (mood === 'down') return stsError('ServiceUnavailable', 'no', 503)
        if (mood === 'refusing') return stsError('AccessDenied')
        given += 1
        return sessionOf(host, given)
      })
      const { host } = world
      const write = host.writeFile
      const processes: CredentialSource[] = [world.startProcess(), world.startProcess()]
      const current: (string | undefined)[] = []

      for (const step of happenings) {
        if (step.do === 'tick') await host.pass(step.ms)
        if (step.do === 'jump') host.jump(step.ms)
        if (step.do === 'mood') {
          mood = step.mood
          await host.pass(5_000) // so long a refusal is remembered
        }
        if (step.do === 'restart') processes[step.who] = world.startProcess()
        if (step.do === 'invalidate') processes[step.who]?.invalidate(current[step.who] ?? '')
        if (step.do === 'disk') host.writeFile = step.full ? () => Promise.reject(new Error('full')) : write
        if (step.do === 'damage') for (const file of world.entries()) host.files[file] = 'damaged'
        if (step.do !== 'get') continue

        const before = given
        const wanted = processes[step.who]?.({ forceRefresh: step.force })
        const keys = await host.until(Promise.resolve(wanted)).catch((error: unknown) => {
          expect(isCredentialsError(error), 'a typed error').toBe(true)
          return undefined
        })
        if (!keys) {
          failed += 1
          expect(mood, 'it fails where the source does').not.toBe('healthy')
          continue
        }
        served += 1
        current[step.who] = keys.accessKeyId
        if ((keys.expiration?.getTime() ?? 0) <= host.now()) stale += 1
        if (given > before) expect(numberOf(keys), 'what was asked for is what is served').toBe(given)
      }

      expect(most, 'requests at once').toBeLessThanOrEqual(1)
      host.writeFile = write
      mood = 'healthy'
      const all = [...processes, world.startProcess()]
      for (const source of all) await host.until(source()).catch(() => {})
      await host.pass(LONGEST_BACK_OFF)
      for (const source of all) {
        const keys = await host.until(source())
        expect(keys.expiration?.getTime(), 'fresh, when the source is well for a while').toBeGreaterThan(host.now())
      }
    }),
    { numRuns: 60 },
  )
  expect(Math.min(served, failed, stale), 'worlds of every kind were seen').toBeGreaterThan(0)
})
