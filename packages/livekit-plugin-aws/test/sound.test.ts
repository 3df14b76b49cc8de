import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeMp3 } from '../src/polly/decode-mp3.ts'
import { pcmBlocks } from '../src/polly/pcm-blocks.ts'
import { splitText } from '../src/polly/split-text.ts'
import { chooseAudio } from '../src/polly/voice.ts'
import { type Batch, batchSound, FLUSH, type Sound } from '../src/transcribe/batches.ts'
import { collect, collectBytes } from './world.ts'

async function* each<T>(items: readonly T[]): AsyncGenerator<T, undefined> {
  yield* items
  return undefined
}

test('samples are whole, whatever the pieces were cut into', async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 50 }))
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 1, max: 20 }), async (pieces, samplesPerBlock) => {
      const blocks = await collect(pcmBlocks(each(pieces), samplesPerBlock))
      const bytes = Buffer.concat(pieces)
      const samples = Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(index * 2))
      expect(blocks.flatMap((block) => [...block])).toEqual(samples)
      for (const block of blocks.slice(0, -1)) expect(block).toHaveLength(samplesPerBlock)
    }),
  )
})

test('batches have 100 ms and lie end to end, whatever was pushed', async () => {
  const sound = fc.integer({ min: 1, max: 3_000 }).map((length): Sound => {
    return { samples: Int16Array.from({ length }, (_, index) => index), channels: 1 }
  })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(sound, fc.constant(FLUSH)), { maxLength: 20 }), async (pushed) => {
      const source = batchSound(each(pushed as (Sound | typeof FLUSH)[]), 8_000)
      const batches: Batch[] = []
      for (let next = await source.next(); !next.done; next = await source.next()) batches.push(next.value)
      const samples = pushed.flatMap((one) => (typeof one === 'symbol' ? [] : [...one.samples]))
      const bytes = Buffer.concat(batches.map(({ bytes }) => bytes))
      expect(bytes.equals(Buffer.from(Int16Array.from(samples).buffer))).toBe(true)
      expect(Math.max(0, ...batches.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(1_600)
      expect(batches.map(({ fromSeconds }) => fromSeconds)).toEqual(
        [0, ...batches.map(({ untilSeconds }) => untilSeconds)].slice(0, -1),
      )
    }),
    { numRuns: 50 },
  )
})

test('of two channels a batch has 100 ms of each', async () => {
  const samples = new Int16Array(2 * 8_000)
  const source = batchSound(each<Sound | typeof FLUSH>([{ samples, channels: 2 }]), 8_000)
  expect((await source.next()).value).toMatchObject({ fromSeconds: 0, untilSeconds: 0.1, bytes: { length: 3_200 } })
})

test('a text is cut after a sentence, else between words, and nothing of it is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 2, max: 50 }), (text, most) => {
      const parts = splitText(text, most)
      expect(parts.join('')).toBe(text)
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(most)
    }),
  )
  expect(splitText('One. Two three. Four', 16)).toEqual(['One. Two three.', ' Four'])
  expect(splitText('one two three four', 10)).toEqual(['one two ', 'three four'])
  expect(splitText('これは文です。これも文です。', 10)).toEqual(['これは文です。', 'これも文です。'])
})

test.each([
  [{}, { outputFormat: 'pcm', sampleRate: 16_000 }],
  [{ sampleRate: 8_000 }, { outputFormat: 'pcm', sampleRate: 8_000 }],
  [{ sampleRate: 24_000 }, { outputFormat: 'mp3', sampleRate: 24_000 }],
  [{ outputFormat: 'mp3' }, { outputFormat: 'mp3', sampleRate: 24_000 }],
  [
    { outputFormat: 'mp3', sampleRate: 16_000 },
    { outputFormat: 'mp3', sampleRate: 16_000 },
  ],
] as const)('of %j comes %j', (options, audio) => {
  expect(chooseAudio(options)).toEqual(audio)
})

const OF_PCM = 'pcm of Polly has a sampleRate of 8000, 16000'
const OF_MP3 = 'mp3 of Polly has a sampleRate of 8000, 16000, 22050, 24000, 44100, 48000'

test.each<[object, Error]>([
  [{ outputFormat: 'ogg' }, new TypeError('outputFormat is pcm or mp3')],
  [{ outputFormat: 'toString', sampleRate: 8_000 }, new TypeError('outputFormat is pcm or mp3')],
  [{ outputFormat: 'pcm', sampleRate: 24_000 }, new RangeError(OF_PCM)],
  [{ sampleRate: 11_025 }, new RangeError(OF_PCM)],
  [{ sampleRate: 0.5 }, new RangeError(OF_PCM)],
  [{ sampleRate: '16000' }, new RangeError(OF_PCM)],
  [{ outputFormat: 'mp3', sampleRate: 12_345 }, new RangeError(OF_MP3)],
  [{ sampleRate: 32_000 }, new RangeError(OF_MP3)],
])('%j is an error that says what there is', (options, error) => {
  expect(() => chooseAudio(options)).toThrow(error)
})

const TONE = readFileSync(join(import.meta.dirname, 'tone.mp3'))
const still = (): AbortSignal => new AbortController().signal

test('mp3 becomes samples at the rate that was asked for', async () => {
  const pieces = Array.from({ length: Math.ceil(TONE.length / 101) }, (_, index) =>
    TONE.subarray(index * 101, index * 101 + 101),
  )
  const pcm = await collectBytes(decodeMp3(each(pieces), 24_000, still()))
  const seconds = pcm.length / 2 / 24_000
  expect(seconds).toBeGreaterThan(0.45)
  expect(seconds).toBeLessThan(0.65)
  let crossings = 0
  for (let at = 2; at < pcm.length; at += 2) if (pcm.readInt16LE(at - 2) < 0 && pcm.readInt16LE(at) >= 0) crossings += 1
  expect(crossings / 0.5).toBeGreaterThan(430)
  expect(crossings / 0.5).toBeLessThan(450)
})

test('what breaks on its way to the decoder comes out as it was', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield TONE.subarray(0, 500)
    throw new Error('the answer broke off')
  }
  await expect(collectBytes(decodeMp3(broken(), 24_000, still()))).rejects.toThrow('the answer broke off')
})

test('without a decoder it is said what to do', async () => {
  process.env['LIVEKIT_FFMPEG_PATH'] = '/nonexistent/ffmpeg'
  try {
    const decoding = collectBytes(decodeMp3(each([TONE]), 24_000, still()))
    await expect(decoding).rejects.toThrow('LIVEKIT_FFMPEG_PATH')
  } finally {
    delete process.env['LIVEKIT_FFMPEG_PATH']
  }
})
