import { expect, test } from 'vitest'
import { readCodedSpeech } from '../../../test/voice-services/src/coded-speech.ts'
import { createFeed } from '../src/aws/feed.ts'
import { readRefusal } from '../src/aws/refusal.ts'
import { type Script, SEGMENT_END } from '../src/polly/script.ts'
import { type StreamLimits, streamSpeech } from '../src/polly/speech-stream.ts'
import { chooseAudio, chooseVoice } from '../src/polly/voice.ts'
import { collectBytes, createClock, createWorld, type World } from './world.ts'

const LIMITS: StreamLimits = { keepAliveMs: 60_000, changeFromAgeMs: 60_000, changeAtAgeMs: 60_000 }
const MINUTE_MS = 60_000
const PIECES = ['The wea', 'ther in ', 'Seattle is sunny. ', 'And it ', 'stays so.']
const WHOLE = PIECES.join('')

type Piece = string | typeof SEGMENT_END

function createWriter() {
  const pieces: Piece[] = []
  let wake = (): void => {}
  let isOver = false
  return {
    async next(): Promise<IteratorResult<Piece>> {
      while (pieces.length === 0 && !isOver)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      const value = pieces.shift()
      return value === undefined ? { done: true, value } : { done: false, value }
    },
    write(...more: Piece[]): void {
      pieces.push(...more)
      wake()
    },
    end(): void {
      isOver = true
      wake()
    },
  }
}

function scriptOf(...pieces: Piece[]): Script {
  const writer = createWriter()
  writer.write(...pieces)
  writer.end()
  return createFeed(writer)
}

async function speak(
  { connection, signal }: World,
  script: Script,
  { limits = LIMITS, textType = 'text', timeoutMs = 5_000 }: SpeakOptions = {},
): Promise<string> {
  const voice = chooseVoice({ textType })
  const speaking = { voice, audio: chooseAudio({}), limits, timeoutMs, signal }
  const pcm = await collectBytes(streamSpeech(connection, script, speaking))
  return readCodedSpeech(new Int16Array(Uint8Array.from(pcm).buffer), 16_000)
}

interface SpeakOptions {
  readonly limits?: StreamLimits
  readonly textType?: 'text' | 'ssml'
  readonly timeoutMs?: number
}

const textsOf = (world: World, index = 0): unknown[] =>
  world.services.requests[index]?.events.map(({ body }) => (body as { Text?: string }).Text) ?? []

test('text is spoken piece by piece as it comes, and to its end', async () => {
  const world = await createWorld()
  expect(await speak(world, scriptOf(...PIECES))).toBe(WHOLE)
  expect(world.services.requests[0]?.input).toEqual({
    Engine: 'generative',
    VoiceId: 'Ruth',
    OutputFormat: 'pcm',
    SampleRate: '16000',
  })
  expect(textsOf(world)).toEqual([...PIECES, undefined])
  expect(world.services.ledger).toEqual({ badSignatures: [], goodEvents: 6, expired: 0 })
})

test('the first sentence is heard before the last is written', async () => {
  const world = await createWorld()
  const writer = createWriter()
  writer.write('One. ', 'Tw')
  const speaking = {
    voice: chooseVoice({}),
    audio: chooseAudio({}),
    limits: LIMITS,
    timeoutMs: 5_000,
    signal: world.signal,
  }
  const speech = streamSpeech(world.connection, createFeed(writer), speaking)
  const first = await speech.next()
  expect(first.value?.length).toBeGreaterThan(0)
  writer.write('o.')
  writer.end()
  await collectBytes(speech)
  expect(textsOf(world)).toEqual(['One. ', 'Tw', 'o.', undefined])
})

test('each segment has a stream of its own; one without a word has none', async () => {
  const world = await createWorld()
  const script = scriptOf('One.', SEGMENT_END, ' ', SEGMENT_END, 'Two.')
  expect(await speak(world, script)).toBe('One.')
  expect(await speak(world, script)).toBe('')
  expect(await speak(world, script)).toBe('Two.')
  expect(world.services.requests).toHaveLength(2)
})

test('a stream is kept while no text comes; a sentence that is whole is spoken meanwhile', async () => {
  const world = await createWorld({ pollyIdleMs: 400 })
  const writer = createWriter()
  writer.write('One moment.')
  const speech = speak(world, createFeed(writer), { limits: { ...LIMITS, keepAliveMs: 50 } })
  while (textsOf(world).length < 12) await new Promise((resolve) => setTimeout(resolve, 10))
  writer.write('It is sunny.')
  writer.end()
  expect(await speech).toBe('One moment.It is sunny.')
  const [, keepAlive] = world.services.requests[0]?.events ?? []
  expect(keepAlive?.body).toEqual({ Text: '', FlushStreamConfiguration: { Force: true } })
  expect(world.services.requests).toHaveLength(1)
})

test('a stream that has grown old is changed after a sentence, and nothing is lost', async () => {
  const world = await createWorld()
  const limits = { ...LIMITS, changeFromAgeMs: -1 }
  expect(await speak(world, scriptOf(...PIECES), { limits })).toBe('The weather in Seattle is sunny.And it stays so.')
  expect([textsOf(world, 0), textsOf(world, 1)]).toEqual([
    ['The wea', 'ther in ', 'Seattle is sunny. ', undefined],
    ['And it ', 'stays so.', undefined],
  ])
})

test('keys that end while text is written end no sentence', async () => {
  const clock = createClock()
  const world = await createWorld({ lifeMs: 10 * MINUTE_MS })
  const writer = createWriter()
  const limits = { ...LIMITS, changeFromAgeMs: 60 * MINUTE_MS, changeAtAgeMs: 60 * MINUTE_MS }
  const speech = speak(world, createFeed(writer), { limits })
  const sentences = [
    ['One. ', 6],
    ['Two. ', 2.5],
    ['Three. ', 1],
  ] as const
  for (const [index, [sentence, minutes]] of sentences.entries()) {
    writer.write('And ')
    while (textsOf(world, index).length < 1) await new Promise((resolve) => setTimeout(resolve, 10))
    clock.pass(minutes * MINUTE_MS)
    writer.write(sentence)
  }
  writer.end()
  expect((await speech).replaceAll(' ', '')).toBe('AndOne.AndTwo.AndThree.')
  expect(world.services.requests).toHaveLength(3)
  expect(world.services.ledger).toMatchObject({ expired: 0, badSignatures: [] })
})

test('text that was pushed before keys were refused is spoken with new ones', async () => {
  const world = await createWorld()
  world.services.keyRing.revoke((await world.connection.identity.keys()).accessKeyId)
  const writer = createWriter()
  writer.write(...PIECES.slice(0, 3))
  const speech = speak(world, createFeed(writer))
  while (world.services.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  writer.write(...PIECES.slice(3))
  writer.end()
  expect(await speech).toBe(WHOLE)
  expect(world.asked).toEqual([{}, { forceRefresh: true }])
})

test('keys that end within a stream, before anything was spoken, lose no text either', async () => {
  const world = await createWorld()
  const expired = { kind: 'exception', code: 'ExpiredTokenException', message: 'expired', afterEvents: 2 } as const
  world.services.faults.next('polly', expired)
  expect(await speak(world, scriptOf(...PIECES))).toBe(WHOLE)
  expect(textsOf(world, 1)).toEqual([...PIECES, undefined])
})

test('text that was given to a stream that broke is there for the next attempt', async () => {
  const world = await createWorld()
  world.services.faults.next('polly', { kind: 'drop', afterEvents: 2 })
  const script = scriptOf(...PIECES)
  const error = await speak(world, script).catch((error: unknown) => error)
  expect(readRefusal(error).kind).toBe('unreachable')
  expect(await speak(world, script)).toBe(WHOLE)
})

test('too many streams, said in the middle of one with a 400', async () => {
  const world = await createWorld()
  world.services.faults.next('polly', {
    kind: 'exception',
    code: 'ThrottlingException',
    message: 'Rate exceeded',
    afterEvents: 1,
  })
  const error = await speak(world, scriptOf(...PIECES)).catch((error: unknown) => error)
  expect(readRefusal(error)).toMatchObject({ kind: 'throttled', name: 'ThrottlingException' })
})

test('no answer to the last word is a time-out', async () => {
  const world = await createWorld()
  world.services.faults.next('polly', { kind: 'hang' })
  const error = await speak(world, scriptOf(...PIECES), { timeoutMs: 150 }).catch((error: unknown) => error)
  expect(readRefusal(error).kind).toBe('timeout')
})

test('SSML goes in whole documents, and text around it as one', async () => {
  const world = await createWorld()
  const pieces = ['Hi & bye', SEGMENT_END, '<speak>One <bre', 'ak/>two</speak><speak>th', 'ree</speak>', ' \n']
  const script = scriptOf(...(pieces as Piece[]))
  expect(await speak(world, script, { textType: 'ssml' })).toBe('Hi &amp; bye')
  expect(await speak(world, script, { textType: 'ssml' })).toBe('One twothree')
  expect(textsOf(world, 0)).toEqual(['<speak>Hi &amp; bye</speak>', undefined])
  expect(textsOf(world, 1)).toEqual(['<speak>One <break/>two</speak>', '<speak>three</speak>', undefined])
})
