import { expect, test } from 'vitest'
import { readRefusal } from '../src/aws/refusal.ts'
import { createListener } from './listener.ts'
import { createClock, createWorld } from './world.ts'

const MINUTE_MS = 60_000
/** Only keys end. */
const UNAGING = { minValidityMs: 10 * MINUTE_MS, changeFromAgeMs: 60 * MINUTE_MS, changeAtAgeMs: 60 * MINUTE_MS }

test('what is said is understood more and more, and then for good', async () => {
  const world = await createWorld()
  const { microphone, heard, finals, run } = createListener(world)
  await microphone.say('what is the weather like')
  microphone.pause(0.5)
  await microphone.say('in seattle')
  microphone.end()
  await run()
  expect(finals()).toEqual(['what is the weather like', 'in seattle'])
  expect(heard.some(({ isFinal, text }) => !isFinal && text.startsWith('what is'))).toBe(true)
  expect(heard.at(-1)).toMatchObject({ fromSeconds: 0.74, untilSeconds: 0.84, confidence: 0.9 })
  expect(heard.at(-1)?.words.map(({ text }) => text)).toEqual(['in', 'seattle'])
  expect(world.services.ledger).toEqual({ badSignatures: [], goodEvents: 10, expired: 0 })
})

test('sound goes out in batches of 100 ms, however short the pieces were', async () => {
  const world = await createWorld()
  const { microphone, run } = createListener(world)
  await microphone.say('a sentence of 450 ms that is long enough to see')
  microphone.end()
  await run()
  const sizes = world.services.requests[0]?.events.map(({ body }) => body)
  expect(sizes).toEqual([1600, 1600, 1600, 1600, 1120, 0])
})

test('a stream that breaks in the middle of a word is begun again, and nothing is lost or said twice', async () => {
  const world = await createWorld()
  world.services.faults.next('transcribe', { kind: 'drop', afterEvents: 3 })
  const { microphone, finals, run, heard } = createListener(world, { steadyMs: 0 })
  await microphone.say('hello')
  microphone.pause(0.4)
  const running = run()
  await microphone.until(() => finals().length === 1)
  await microphone.say('what is the weather like')
  microphone.pause(0.4)
  microphone.end()
  await running
  expect(finals()).toEqual(['hello', 'what is the weather like'])
  expect(heard.at(-1)?.fromSeconds).toBeCloseTo(0.45, 5)
})

test('a stream that breaks before its last words is begun again by the next attempt', async () => {
  const world = await createWorld()
  world.services.faults.next('transcribe', { kind: 'drop', afterEvents: 8 })
  const { microphone, finals, run } = createListener(world)
  await microphone.say('what is the weather like')
  microphone.pause(0.5)
  await microphone.say('in seattle')
  microphone.end()
  const error = await run().catch((error: unknown) => error)
  expect(readRefusal(error).kind).toBe('unreachable')
  await run()
  expect([...new Set(finals())]).toEqual(['what is the weather like', 'in seattle'])
})

test('keys that end in the middle of a word are renewed once, and the word is heard whole', async () => {
  const world = await createWorld()
  const { services, asked } = world
  const { microphone, finals, heard, run } = createListener(world)
  const running = run()
  await microphone.say('what is ')
  microphone.pause(0.02)
  await microphone.until(() => heard.length > 0)
  services.keyRing.revoke(services.requests[0]?.accessKeyId ?? '')
  await microphone.say('the weather like')
  microphone.pause(0.4)
  microphone.end()
  await running
  expect(finals()).toEqual(['what is the weather like'])
  expect(services.ledger).toMatchObject({ expired: 1, badSignatures: [] })
  expect(asked).toEqual([{}, { forceRefresh: true }])
})

test('keys that are refused again are an error, after one more try', async () => {
  const world = await createWorld()
  const refuse = { kind: 'refuse', code: 'ExpiredTokenException', status: 403 } as const
  world.services.faults.next('transcribe', refuse, refuse, refuse)
  const { microphone, run } = createListener(world)
  await microphone.say('hello')
  microphone.end()
  const error = await run().catch((error: unknown) => error)
  expect(readRefusal(error)).toMatchObject({ kind: 'expired', name: 'ExpiredTokenException' })
  expect(world.services.requests).toHaveLength(2)
})

test('a stream is changed before its keys end, as soon as nobody speaks', async () => {
  const clock = createClock()
  const world = await createWorld({ lifeMs: 10 * MINUTE_MS })
  const { microphone, finals, run } = createListener(world, UNAGING)
  const running = run()
  for (const [index, word] of ['one', 'two', 'three'].entries()) {
    await microphone.say(word)
    microphone.pause(0.4)
    await microphone.until(() => finals().includes(word))
    clock.pass(6 * MINUTE_MS)
    microphone.pause(1)
    await microphone.until(() => world.services.requests[index]?.outcome === 'answered')
  }
  microphone.end()
  await running
  expect(finals()).toEqual(['one', 'two', 'three'])
  expect(new Set(world.services.requests.map(({ accessKeyId }) => accessKeyId)).size).toBeGreaterThanOrEqual(3)
  expect(world.services.ledger).toMatchObject({ expired: 0, badSignatures: [] })
})

test('one who speaks beyond the end of the keys is heard out, over a stream with new ones', async () => {
  const clock = createClock()
  const world = await createWorld({ lifeMs: 10 * MINUTE_MS })
  const { microphone, finals, heard, run } = createListener(world, UNAGING)
  const running = run()
  await microphone.say('what is the ')
  await microphone.until(() => heard.at(-1)?.text === 'what is the')
  clock.pass(9.75 * MINUTE_MS)
  await microphone.say('weather like')
  microphone.pause(0.4)
  microphone.end()
  await running
  expect(finals()).toEqual(['what is the weather like'])
  expect(world.services.requests).toHaveLength(2)
  expect(world.services.ledger).toMatchObject({ expired: 0, badSignatures: [] })
})

test('a caller who is silent for six minutes is understood then', async () => {
  const clock = createClock()
  const world = await createWorld()
  const { microphone, finals, run } = createListener(world, UNAGING)
  const running = run()
  microphone.pause(0.1)
  await microphone.until(() => world.services.requests[0]?.events.length === 1)
  clock.pass(6 * MINUTE_MS)
  await microphone.say('hello')
  microphone.pause(0.4)
  await microphone.until(() => finals().length === 1)
  await microphone.say('are you there')
  microphone.end()
  await running
  expect(finals()).toEqual(['hello', 'are you there'])
  expect(world.services.requests.map(({ outcome }) => outcome)).toEqual(['answered'])
})

test('Transcribe ends a stream that hears nothing; the next word opens another', async () => {
  const world = await createWorld({ transcribeIdleMs: 150 })
  const { microphone, finals, run } = createListener(world)
  const running = run()
  await microphone.say('first')
  microphone.pause(0.4)
  await microphone.until(() => world.services.requests[0]?.outcome === 'BadRequestException')
  await microphone.say('second')
  microphone.end()
  await running
  expect(finals()).toEqual(['first', 'second'])
  expect(world.services.requests).toHaveLength(2)
})

test('what is said while Transcribe gives up waiting is heard over the next stream', async () => {
  const world = await createWorld()
  const message = 'Your request timed out because no new audio was received for 15 seconds.'
  world.services.faults.next('transcribe', { kind: 'exception', code: 'BadRequestException', message, afterEvents: 1 })
  const { microphone, finals, run } = createListener(world)
  await microphone.say('what is the weather like')
  microphone.pause(0.4)
  microphone.end()
  await run()
  expect(finals()).toEqual(['what is the weather like'])
})

test('a microphone that is muted in the middle of a sentence loses no word of it', async () => {
  const world = await createWorld()
  const { microphone, finals, run } = createListener(world, { muteMs: 100 })
  const running = run()
  await microphone.say('what I wanted to say')
  await microphone.until(() => finals().length === 1)
  await microphone.say('is this')
  microphone.end()
  await running
  expect(finals()).toEqual(['what I wanted to say', 'is this'])
  expect(world.services.requests.map(({ outcome }) => outcome)).toEqual(['answered', 'answered'])
})

test.each([
  ['too many streams', { code: 'LimitExceededException', status: 429 }, 'throttled'],
  ['too many streams, said with a 400', { code: 'ThrottlingException', status: 400 }, 'throttled'],
  ['no permission', { code: 'AccessDeniedException', status: 403 }, 'denied'],
  ['a language that is none', { code: 'BadRequestException', status: 400 }, 'invalid'],
  ['an accident', { code: 'InternalFailureException', status: 500 }, 'unavailable'],
])('%s: the stream is not tried again here', async (_, refusal, kind) => {
  const world = await createWorld()
  world.services.faults.next('transcribe', { kind: 'refuse', ...refusal })
  const { microphone, run } = createListener(world)
  await microphone.say('hello')
  microphone.end()
  const error = await run().catch((error: unknown) => error)
  expect(readRefusal(error).kind).toBe(kind)
  expect(world.services.requests).toHaveLength(1)
})

test('a service that takes no sound is a time-out', async () => {
  const world = await createWorld()
  world.services.faults.next('transcribe', { kind: 'hang' })
  const { microphone, run } = createListener(world, {}, 200)
  await microphone.say('hello')
  microphone.end()
  const error = await run().catch((error: unknown) => error)
  expect(readRefusal(error).kind).toBe('timeout')
})

test('left alone, it lets go of its stream', async () => {
  const world = await createWorld()
  const { microphone, heard, run, stop } = createListener(world)
  const running = run()
  await microphone.say('hello')
  await microphone.until(() => heard.length > 0)
  stop()
  await running
  await microphone.until(() => world.services.open() === 0)
})
