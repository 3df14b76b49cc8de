/** Real speech, in the spirit of LiveKit's own suite for its plugins: what was said and what is understood may differ by a fifth. */
import { stt, tts } from '@livekit/agents'
import type { AudioFrame } from '@livekit/rtc-node'
import { STT, TTS, type TTSOptions } from '@rolecall/livekit-plugin-aws'
import { expect, test } from 'vitest'
import { fliteVoice, lameEncoder, pocketsphinxEars, recognise } from '../../voice-services/src/index.ts'
import { createWorld, samplesOf, toFrames } from './agents.ts'

const SENTENCES = [
  'What is the weather like in Seattle today?',
  'The people who are crazy enough to think they can change the world are the ones who do.',
]
const TEXT = SENTENCES.join(' ')

/** Needs flite, pocketsphinx, pocketsphinx-en-us, lame and sox. */
const realWorld = () => createWorld({ voice: fliteVoice, ears: pocketsphinxEars, encodeMp3: lameEncoder })

/** Words to change, put in or leave out, as a share of those that were said. */
function wordDistance(said: string, understood: string): number {
  const words = (text: string): string[] => text.toLowerCase().match(/[a-z']+/g) ?? []
  const [from, to] = [words(said), words(understood)]
  let row = to.map((_, index) => index + 1)
  from.forEach((word, index) => {
    let [left, diagonal] = [index + 1, index]
    row = row.map((above, at) => {
      left = Math.min(left + 1, above + 1, diagonal + Number(word !== to[at]))
      diagonal = above
      return left
    })
  })
  return (row.at(-1) ?? from.length) / from.length
}

async function understand(frames: readonly AudioFrame[]): Promise<string> {
  return recognise(Buffer.from(samplesOf(frames).buffer), frames[0]?.sampleRate ?? 0)
}

test('the measure: a word of four is a quarter', () => {
  expect(wordDistance('one two three four', 'One, two, three, four!')).toBe(0)
  expect(wordDistance('one two three four', 'one two four')).toBe(0.25)
  expect(wordDistance('one two three four', 'one too three four')).toBe(0.25)
  expect(wordDistance('one two', '')).toBe(1)
})

test.each<[string, TTSOptions]>([
  ['pcm at 16 kHz', {}],
  ['mp3 at 24 kHz', { sampleRate: 24_000 }],
])('a text as a whole, %s', async (_, options) => {
  const { aws, services } = await realWorld()
  const voice = new TTS({ ...aws, ...options })
  const frame = await voice.synthesize(TEXT).collect()
  expect(frame.sampleRate).toBe(options.sampleRate ?? 16_000)
  expect(wordDistance(TEXT, await understand([frame]))).toBeLessThanOrEqual(0.2)
  expect(services.ledger.badSignatures).toEqual([])
})

test.each<[string, TTSOptions]>([
  ['pcm at 16 kHz', {}],
  ['mp3 at 24 kHz', { sampleRate: 24_000 }],
])('text while it is written, %s', async (_, options) => {
  const { aws, services } = await realWorld()
  const stream = new TTS({ ...aws, ...options }).stream()
  for (const piece of TEXT.match(/.{1,9}/gs) ?? []) stream.pushText(piece)
  stream.endInput()
  const frames: AudioFrame[] = []
  for await (const audio of stream) if (audio !== tts.SynthesizeStream.END_OF_STREAM) frames.push(audio.frame)
  expect(wordDistance(TEXT, await understand(frames))).toBeLessThanOrEqual(0.2)
  expect(services.ledger).toMatchObject({ badSignatures: [], expired: 0 })
})

test('speech is recognised, sentence by sentence', async () => {
  const { aws, services } = await realWorld()
  const stream = new STT({ ...aws, sampleRate: 16_000 }).stream()
  for (const sentence of SENTENCES) {
    const speech = await fliteVoice(sentence, 16_000)
    for (const frame of toFrames(new Int16Array(Uint8Array.from(speech).buffer), 16_000)) stream.pushFrame(frame)
    for (const frame of toFrames(new Int16Array(16_000), 16_000)) stream.pushFrame(frame)
  }
  stream.endInput()
  const finals: string[] = []
  for await (const { type, alternatives } of stream)
    if (type === stt.SpeechEventType.FINAL_TRANSCRIPT) finals.push(alternatives?.[0].text ?? '')
  expect(finals).toHaveLength(SENTENCES.length)
  for (const [index, sentence] of SENTENCES.entries())
    expect(wordDistance(sentence, finals[index] ?? '')).toBeLessThanOrEqual(0.2)
  expect(services.ledger.badSignatures).toEqual([])
})
