/** A real voice and real ears: Flite and PocketSphinx, as Debian has them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ear, Ears, HeardPart, Mp3Encoder, Voice } from './actors.ts'
import { resample, runProgram } from './program.ts'

const HERTZ = 16_000
const WAV_HEADER_BYTES = 44

export const fliteVoice: Voice = async (text, sampleRate) => {
  const wav = await inFolder(async (folder) => {
    const file = join(folder, 'speech.wav')
    await runProgram('flite', ['-voice', 'rms', '-t', text, '-o', file])
    return readFile(file)
  })
  return resample(wav.subarray(WAV_HEADER_BYTES), HERTZ, sampleRate)
}

export const lameEncoder: Mp3Encoder = (samples, sampleRate) => {
  const raw = ['-r', '-s', String(sampleRate / 1_000), '--bitwidth', '16', '--signed', '--little-endian', '-m', 'm']
  return runProgram('lame', ['--quiet', ...raw, '-', '-'], samples)
}

/** Understands samples as a whole: 16 bits, mono. */
export async function recognise(samples: Buffer, sampleRate: number): Promise<string> {
  const raw = await resample(samples, sampleRate, HERTZ)
  const silence = Buffer.alloc(HERTZ / 2)
  const text = await inFolder(async (folder) => {
    const file = join(folder, 'speech.raw')
    await writeFile(file, Buffer.concat([silence, raw, silence]))
    return runProgram('pocketsphinx_continuous', ['-infile', file, '-logfn', '/dev/null'])
  })
  return text.toString().trim().replace(/\s+/g, ' ')
}

const SPEECH_AMPLITUDE = 500
const PAUSE_SECONDS = 0.6

/** Waits for the end of an utterance, and says then what it was: it has no guesses on the way. */
export const pocketsphinxEars: Ears = (sampleRate): Ear => {
  let speech: Int16Array[] = []
  let heard = 0
  let fromSeconds = 0
  let silentSamples = 0

  const finish = async (): Promise<HeardPart[]> => {
    const untilSeconds = heard / sampleRate
    const samples = Buffer.concat(speech.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)))
    const part = { isFinal: true, fromSeconds, untilSeconds }
    speech = []
    const text = samples.length > 0 ? await recognise(samples, sampleRate) : ''
    return text === '' ? [] : [{ ...part, text }]
  }
  return {
    async hear(samples) {
      const isSpeech = samples.some((sample) => Math.abs(sample) > SPEECH_AMPLITUDE)
      if (isSpeech && speech.length === 0) fromSeconds = heard / sampleRate
      silentSamples = isSpeech ? 0 : silentSamples + samples.length
      heard += samples.length
      if (!isSpeech && speech.length === 0) return []
      speech.push(samples)
      return silentSamples > PAUSE_SECONDS * sampleRate ? finish() : []
    },
    end: finish,
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-voice-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
