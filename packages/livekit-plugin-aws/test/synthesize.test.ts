import { expect, test } from 'vitest'
import { readCodedSpeech } from '../../../test/voice-services/src/coded-speech.ts'
import { readRefusal } from '../src/aws/refusal.ts'
import { synthesize } from '../src/polly/synthesize.ts'
import { chooseAudio, chooseVoice, type VoiceOptions } from '../src/polly/voice.ts'
import { collectBytes, createWorld, type World } from './world.ts'

async function speak({ connection, signal }: World, text: string, voice: VoiceOptions = {}, timeoutMs = 5_000) {
  const bytes = synthesize(connection, text, { voice: chooseVoice(voice), audio: chooseAudio({}), timeoutMs, signal })
  const pcm = await collectBytes(bytes)
  return readCodedSpeech(new Int16Array(Uint8Array.from(pcm).buffer), 16_000)
}

test('texts are spoken, all over one connection', async () => {
  const world = await createWorld()
  for (const text of ['Hello there.', 'How are you?', 'Good bye.']) expect(await speak(world, text)).toBe(text)
  expect(world.services.connections).toEqual({ h2: 1, 'http/1.1': 0 })
  expect(world.services.ledger.badSignatures).toEqual([])
  expect(world.asked).toHaveLength(1)
})

test('Polly is told all that was asked for', async () => {
  const world = await createWorld()
  const options = { voice: 'Matthew', engine: 'neural', language: 'en-US', lexiconNames: ['acronyms'] } as const
  await speak(world, 'Hello.', options)
  expect(world.services.requests[0]?.input).toEqual({
    Text: 'Hello.',
    TextType: 'text',
    VoiceId: 'Matthew',
    Engine: 'neural',
    LanguageCode: 'en-US',
    LexiconNames: ['acronyms'],
    OutputFormat: 'pcm',
    SampleRate: '16000',
  })
})

test('a text that is too long for one request is spoken by several; SSML goes as it is', async () => {
  const world = await createWorld()
  const text = 'This is a sentence. '.repeat(200)
  expect(await speak(world, text)).toBe(text)
  expect(world.services.requests.map(({ input }) => String(input['Text']).length)).toEqual([2999, 1001])
  expect(await speak(world, '<speak>Hello <break/>there</speak>', { textType: 'ssml' })).toBe('Hello there')
})

test('of a text without a word nothing is asked', async () => {
  const world = await createWorld()
  expect(await speak(world, ' \n')).toBe('')
  expect(world.services.requests).toEqual([])
})

test('keys that were refused are renewed, and the text is spoken', async () => {
  const world = await createWorld()
  await speak(world, 'One.')
  world.services.keyRing.revoke(world.services.requests[0]?.accessKeyId ?? '')
  expect(await speak(world, 'Two.')).toBe('Two.')
  expect(world.asked).toEqual([{}, { forceRefresh: true }])
  expect(world.services.ledger.expired).toBe(1)
})

test('a wrong clock is found out, and stays right', async () => {
  const world = await createWorld({ clockOffsetMs: 3_600_000, lifeMs: 7_200_000 })
  expect(await speak(world, 'One.')).toBe('One.')
  expect(await speak(world, 'Two.')).toBe('Two.')
  expect(world.services.requests.map(({ outcome }) => outcome)).toEqual([
    'InvalidSignatureException',
    'answered',
    'answered',
  ])
  const later = await createWorld()
  expect(await speak(later, 'Three.')).toBe('Three.')
})

test.each([
  ['too much at once, said with a 400', { code: 'ThrottlingException', status: 400 }, 'throttled'],
  ['no permission', { code: 'AccessDeniedException', status: 403 }, 'denied'],
  ['an accident', { code: 'ServiceFailureException', status: 500 }, 'unavailable'],
])('%s: it is not asked again here', async (_, refusal, kind) => {
  const world = await createWorld()
  world.services.faults.next('polly', { kind: 'refuse', ...refusal })
  const error = await speak(world, 'Hello.').catch((error: unknown) => error)
  expect(readRefusal(error)).toMatchObject({ kind, name: refusal.code, statusCode: refusal.status })
  expect(world.services.requests).toHaveLength(1)
})

test('a connection that breaks in the middle of a word is an error, and not the end of it', async () => {
  const world = await createWorld({ pollyDropAfterBytes: 8_000 })
  const error = await speak(world, 'A sentence that does not come to its end.').catch((error: unknown) => error)
  expect(readRefusal(error)).toMatchObject({ kind: 'unreachable', name: 'ECONNRESET' })
})

test('no answer is a time-out, and what comes next takes another connection', async () => {
  const world = await createWorld()
  world.services.faults.next('polly', { kind: 'hang' })
  const error = await speak(world, 'Hello.', {}, 150).catch((error: unknown) => error)
  expect(readRefusal(error).kind).toBe('timeout')
  expect(await speak(world, 'Hello.')).toBe('Hello.')
  expect(world.services.connections.h2).toBe(2)
})
