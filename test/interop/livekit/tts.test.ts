import { type APIError, APIStatusError, type metrics, tts } from '@livekit/agents'
import type { AudioFrame } from '@livekit/rtc-node'
import { TTS } from '@rolecall/livekit-plugin-aws'
import { describe, expect, test } from 'vitest'
import { readCodedSpeech } from '../../voice-services/src/coded-speech.ts'
import { createWorld, samplesOf, until } from './agents.ts'

const QUICK = { maxRetry: 3, retryIntervalMs: 10, timeoutMs: 5_000 }

/** What the framework tells of a voice: its errors, and what it measured. */
function watch(voice: TTS) {
  const errors: APIError[] = []
  const measured: metrics.TTSMetrics[] = []
  voice.on('error', ({ error }) => errors.push(error as APIError))
  voice.on('metrics_collected', (one) => measured.push(one))
  return { errors, measured }
}

const read = (frames: readonly AudioFrame[], sampleRate = 16_000): string =>
  readCodedSpeech(samplesOf(frames), sampleRate)

async function collect(stream: tts.ChunkedStream) {
  const all: tts.SynthesizedAudio[] = []
  for await (const audio of stream) all.push(audio)
  return all
}

describe('a text as a whole', () => {
  test('comes in frames of 50 ms, of which the last is marked, and is measured', async () => {
    const { aws } = await createWorld()
    const voice = new TTS(aws)
    const { errors, measured } = watch(voice)
    const audio = await collect(voice.synthesize('Hello there.'))
    expect(read(audio.map(({ frame }) => frame))).toBe('Hello there.')
    expect(audio.map(({ frame, final }) => [frame.samplesPerChannel, frame.sampleRate, frame.channels, final])).toEqual(
      [
        [800, 16_000, 1, false],
        [800, 16_000, 1, false],
        [320, 16_000, 1, true],
      ],
    )
    await until(() => measured.length > 0)
    expect(errors).toEqual([])
    expect(measured).toEqual([
      expect.objectContaining({
        type: 'tts_metrics',
        label: 'aws.TTS',
        charactersCount: 12,
        audioDurationMs: 120,
        streamed: false,
        metadata: { modelProvider: 'Amazon Polly', modelName: 'generative' },
      }),
    ])
  })

  test('too much at once, said with a 400, is tried again by the framework', async () => {
    const { services, aws } = await createWorld()
    services.faults.next('polly', { kind: 'refuse', code: 'ThrottlingException', status: 400 })
    const voice = new TTS(aws)
    const frame = await voice.synthesize('Hello.', QUICK).collect()
    expect(read([frame])).toBe('Hello.')
    expect(services.requests).toHaveLength(2)
  })

  test('a voice that does not exist is not tried again', async () => {
    const { services, aws } = await createWorld()
    const voice = new TTS({ ...aws, voice: 'Nobody' })
    const { errors } = watch(voice)
    expect(await collect(voice.synthesize('Hello.', QUICK))).toEqual([])
    expect(services.requests).toHaveLength(1)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(APIStatusError)
    expect(errors[0]).toMatchObject({
      statusCode: 400,
      retryable: false,
      message: 'Polly: ValidationException: This voice does not exist: Nobody',
    })
  })

  test('what is forbidden is not tried again, and it is said to whom', async () => {
    const { services, aws } = await createWorld()
    const message =
      'User: arn:aws:sts::123456789012:assumed-role/x/y is not authorized to perform: polly:SynthesizeSpeech'
    services.faults.next('polly', { kind: 'refuse', code: 'AccessDeniedException', status: 403, message })
    const voice = new TTS(aws)
    const { errors } = watch(voice)
    await collect(voice.synthesize('Hello.', QUICK))
    expect(services.requests).toHaveLength(1)
    expect(errors[0]).toMatchObject({ statusCode: 403, retryable: false })
    expect(errors[0]?.message).toBe(
      `Polly: AccessDeniedException: ${message}. The request was signed with ASIA…0001 from credentials`,
    )
  })

  test('a connection that breaks before the first sound is tried again; after it, it is not', async () => {
    const before = await createWorld()
    before.services.faults.next('polly', { kind: 'drop' })
    expect(read([await new TTS(before.aws).synthesize('Hello.', QUICK).collect()])).toBe('Hello.')

    const after = await createWorld({ pollyDropAfterBytes: 8_000 })
    const voice = new TTS(after.aws)
    const { errors } = watch(voice)
    expect((await collect(voice.synthesize('A sentence without its end.', QUICK))).length).toBeGreaterThan(0)
    expect(errors).toEqual([expect.objectContaining({ name: 'APIConnectionError', retryable: false })])
  })

  test('one that nobody wants any more is let go', async () => {
    const { services, aws } = await createWorld({ pollyDripMs: 20 })
    const stream = new TTS(aws).synthesize('A very long sentence. '.repeat(20))
    await stream.next()
    stream.close()
    await until(() => services.requests[0]?.outcome === 'left')
  })

  test('no credentials anywhere is one error, that says what was looked at', async () => {
    const { services } = await createWorld()
    const profile = 'rolecall-no-such-profile'
    const voice = new TTS({ region: 'us-east-1', endpoint: services.url, profile })
    const { errors } = watch(voice)
    await collect(voice.synthesize('Hello.', QUICK))
    expect(errors).toEqual([expect.objectContaining({ name: 'APIConnectionError', retryable: false })])
    expect(errors[0]?.message).toContain(profile)
    expect(services.requests).toEqual([])
  })
})

describe('text while it is written', () => {
  async function speak(voice: TTS, pieces: readonly string[]) {
    const stream = voice.stream({ connOptions: QUICK })
    for (const piece of pieces) stream.pushText(piece)
    stream.endInput()
    const frames: AudioFrame[] = []
    let ends = 0
    let finals = 0
    for await (const audio of stream) {
      if (audio === tts.SynthesizeStream.END_OF_STREAM) ends += 1
      else {
        frames.push(audio.frame)
        finals += Number(audio.final)
      }
    }
    return { text: read(frames), ends, finals }
  }

  test('is spoken over one stream of Polly, and measured', async () => {
    const { services, aws } = await createWorld()
    const voice = new TTS(aws)
    expect(voice.capabilities.streaming).toBe(true)
    const { measured, errors } = watch(voice)
    expect(await speak(voice, ['The weather ', 'in Seattle ', 'is sunny.'])).toEqual({
      text: 'The weather in Seattle is sunny.',
      ends: 1,
      finals: 1,
    })
    expect(services.requests.map(({ service, events }) => [service, events.length])).toEqual([['polly', 4]])
    expect(errors).toEqual([])
    expect(measured).toEqual([expect.objectContaining({ streamed: true, charactersCount: 32, audioDurationMs: 320 })])
  })

  test('that was pushed before a failure is spoken by the next attempt', async () => {
    const { services, aws } = await createWorld()
    services.faults.next(
      'polly',
      { kind: 'drop', afterEvents: 2 },
      { kind: 'refuse', code: 'ThrottlingException', status: 400 },
    )
    expect(await speak(new TTS(aws), ['One. ', 'Two. ', 'Three.'])).toMatchObject({ text: 'One. Two. Three.', ends: 1 })
    expect(services.requests).toHaveLength(3)
  })

  test('that was pushed before keys were refused is spoken with new ones, without an error', async () => {
    const { services, aws, asked } = await createWorld()
    const voice = new TTS(aws)
    const { errors } = watch(voice)
    await speak(voice, ['Hello.'])
    services.keyRing.revoke(services.requests[0]?.accessKeyId ?? '')
    expect(await speak(voice, ['One. ', 'Two.'])).toMatchObject({ text: 'One. Two.', ends: 1 })
    expect(asked).toEqual([{}, { forceRefresh: true }])
    expect(errors).toEqual([])
  })

  test('that is interrupted is let go', async () => {
    const { services, aws } = await createWorld()
    const stream = new TTS(aws).stream()
    stream.pushText('This is a sentence that is whole. Two')
    await stream.next()
    stream.close()
    await until(() => services.open() === 0)
  })

  test('is not for the other engines: the framework speaks their sentences one by one', async () => {
    const { services, aws } = await createWorld()
    const voice = new TTS({ ...aws, engine: 'neural' })
    expect(voice.capabilities.streaming).toBe(false)
    expect(() => voice.stream()).toThrow('does not stream')
    expect(() => new TTS({ ...aws, engine: 'neural', streaming: true })).toThrow('generative')
    expect(() => new TTS(aws).updateOptions({ engine: 'neural' })).toThrow('generative')
    const { tokenize } = await import('@livekit/agents')
    const stream = new tts.StreamAdapter(voice, new tokenize.basic.SentenceTokenizer()).stream()
    stream.pushText('This is the first sentence of two. This is the second sentence.')
    stream.endInput()
    const frames: AudioFrame[] = []
    for await (const audio of stream) if (audio !== tts.SynthesizeStream.END_OF_STREAM) frames.push(audio.frame)
    expect(read(frames)).toBe('This is the first sentence of two.This is the second sentence.')
    expect(services.requests).toHaveLength(2)
  })
})

test('a voice may be changed for what is said next', async () => {
  const { services, aws } = await createWorld()
  const voice = new TTS({ ...aws, streaming: false })
  await collect(voice.synthesize('One.'))
  voice.updateOptions({ voice: 'Matthew', engine: 'neural', language: 'en-US' })
  await collect(voice.synthesize('Two.'))
  expect(services.requests.map(({ input }) => [input['VoiceId'], input['Engine'], input['LanguageCode']])).toEqual([
    ['Ruth', 'generative', undefined],
    ['Matthew', 'neural', 'en-US'],
  ])
})
