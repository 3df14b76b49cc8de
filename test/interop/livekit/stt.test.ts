import { type APIError, type metrics, stt } from '@livekit/agents'
import { STT } from '@rolecall/livekit-plugin-aws'
import { expect, test } from 'vitest'
import { codedVoice } from '../../voice-services/src/coded-speech.ts'
import { createWorld, toFrames, until } from './agents.ts'

const HERTZ = 16_000
const QUICK = { maxRetry: 3, retryIntervalMs: 10, timeoutMs: 5_000 }
const { SpeechEventType } = stt

async function say(stream: stt.SpeechStream, text: string, pauseSeconds = 0.4): Promise<void> {
  const speech = new Int16Array(Uint8Array.from(await codedVoice(text, HERTZ)).buffer)
  for (const frame of toFrames(speech, HERTZ)) stream.pushFrame(frame)
  for (const frame of toFrames(new Int16Array(pauseSeconds * HERTZ), HERTZ)) stream.pushFrame(frame)
}

/** Everything that comes out of a stream, as it comes. */
function listen(ears: STT) {
  const events: stt.SpeechEvent[] = []
  const errors: APIError[] = []
  const measured: metrics.STTMetrics[] = []
  ears.on('error', ({ error }) => errors.push(error as APIError))
  ears.on('metrics_collected', (one) => measured.push(one))
  const stream = ears.stream({ connOptions: QUICK })
  const over = (async () => {
    for await (const event of stream) events.push(event)
  })()
  const finals = (): string[] =>
    events
      .filter(({ type }) => type === SpeechEventType.FINAL_TRANSCRIPT)
      .map(({ alternatives }) => alternatives?.[0].text ?? '')
  return { stream, events, errors, measured, finals, over }
}

test('speech begins, is understood more and more, is final, and ends; its seconds are counted', async () => {
  const { aws } = await createWorld()
  const { stream, events, measured, errors, over } = listen(new STT({ ...aws, sampleRate: HERTZ }))
  stream.startTimeOffset = 10
  await say(stream, 'what is the weather like')
  stream.endInput()
  await over
  const types = events.map(({ type }) => type)
  expect([types[0], ...types.slice(-4)]).toEqual([
    SpeechEventType.START_OF_SPEECH,
    SpeechEventType.INTERIM_TRANSCRIPT,
    SpeechEventType.FINAL_TRANSCRIPT,
    SpeechEventType.END_OF_SPEECH,
    SpeechEventType.RECOGNITION_USAGE,
  ])
  expect(events.find(({ type }) => type === SpeechEventType.FINAL_TRANSCRIPT)?.alternatives?.[0]).toMatchObject({
    text: 'what is the weather like',
    language: 'en-US',
    startTime: 10,
    endTime: 10.24,
    confidence: 0.9,
    words: [{ text: 'what' }, { text: 'is' }, { text: 'the' }, { text: 'weather' }, { text: 'like' }],
  })
  expect(errors).toEqual([])
  await until(() => measured.length > 0)
  expect(measured).toEqual([
    expect.objectContaining({
      type: 'stt_metrics',
      label: 'aws.STT',
      audioDurationMs: 640,
      streamed: true,
      metadata: { modelProvider: 'Amazon Transcribe', modelName: 'unknown' },
    }),
  ])
})

test('over broken streams, refused keys and too much at once, no final word is lost', async () => {
  const { services, aws, asked } = await createWorld()
  services.faults.next(
    'transcribe',
    { kind: 'refuse', code: 'ThrottlingException', status: 400 },
    { kind: 'drop', afterEvents: 3 },
    { kind: 'exception', code: 'InternalFailureException', message: 'oh', afterEvents: 9 },
    {
      kind: 'exception',
      code: 'BadRequestException',
      message: 'The security token included in the request is expired',
      afterEvents: 9,
    },
  )
  const { stream, finals, errors, events, over } = listen(new STT({ ...aws, sampleRate: HERTZ }))
  const said = ['the first sentence', 'the second one', 'and a third', 'one more', 'that is all']
  for (const [index, text] of said.entries()) {
    await say(stream, text)
    await until(() => finals().length === index + 1 || errors.length > 0)
  }
  stream.endInput()
  await over
  expect(errors).toEqual([])
  expect(finals()).toEqual(said)
  const starts = events.flatMap(({ type, alternatives }) =>
    type === SpeechEventType.FINAL_TRANSCRIPT ? [alternatives?.[0].startTime ?? 0] : [],
  )
  expect(starts).toEqual([...starts].sort((a, b) => a - b))
  expect(services.requests).toHaveLength(5)
  expect(asked.filter((request) => (request as { forceRefresh?: boolean }).forceRefresh)).toHaveLength(1)
  expect(services.ledger.badSignatures).toEqual([])
})

test('what is forbidden is not tried again, and it is said to whom', async () => {
  const { services, aws } = await createWorld()
  services.faults.next('transcribe', { kind: 'refuse', code: 'AccessDeniedException', status: 403, message: 'no' })
  const { stream, errors, over } = listen(new STT({ ...aws, sampleRate: HERTZ }))
  await say(stream, 'hello')
  await over
  expect(errors).toEqual([expect.objectContaining({ name: 'APIStatusError', statusCode: 403, retryable: false })])
  expect(errors[0]?.message).toBe(
    'Transcribe: AccessDeniedException: no. The request was signed with ASIA…0001 from credentials',
  )
})

test('a stream that is closed lets go of its connection', async () => {
  const { services, aws } = await createWorld()
  const { stream, events, errors, over } = listen(new STT({ ...aws, sampleRate: HERTZ }))
  await say(stream, 'hello')
  await until(() => events.length > 0)
  stream.close()
  await over
  await until(() => services.open() === 0)
  expect(errors).toEqual([])
})

test('sound at another rate is converted', async () => {
  const { services, aws } = await createWorld()
  const { stream, over } = listen(new STT({ ...aws, sampleRate: HERTZ }))
  for (const frame of toFrames(new Int16Array(48_000), 48_000)) stream.pushFrame(frame)
  stream.endInput()
  await over
  const bytes = services.requests[0]?.events.map(({ body }) => Number(body)) ?? []
  const seconds = bytes.reduce((sum, size) => sum + size, 0) / 2 / HERTZ
  expect(seconds).toBeGreaterThan(0.9)
  expect(seconds).toBeLessThanOrEqual(1)
})

test('sound that is there as a whole is recognised at its own rate', async () => {
  const { services, aws } = await createWorld()
  const ears = new STT(aws)
  const measured: metrics.STTMetrics[] = []
  ears.on('metrics_collected', (one) => measured.push(one))
  const speech = new Int16Array(Uint8Array.from(await codedVoice('hello there', HERTZ)).buffer)
  const event = await ears.recognize(toFrames(speech, HERTZ))
  expect(event).toMatchObject({ type: SpeechEventType.FINAL_TRANSCRIPT, alternatives: [{ text: 'hello there' }] })
  expect(services.requests[0]?.input).toMatchObject({ 'sample-rate': '16000', 'language-code': 'en-US' })
  expect(measured).toEqual([expect.objectContaining({ audioDurationMs: 110, streamed: false })])
  services.faults.next('transcribe', { kind: 'refuse', code: 'AccessDeniedException', status: 403 })
  await expect(ears.recognize(toFrames(speech, HERTZ))).rejects.toMatchObject({ statusCode: 403 })
})
