// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Whose voice, and in which format. */
import type { Engine, LanguageCode, VoiceId } from '@aws-sdk/client-polly'

/** How Polly is to speak. */
export interface VoiceOptions {
  /** Default: Ruth. @see https://docs.aws.amazon.com/polly/latest/dg/available-voices.html */
  readonly voice?: VoiceId | (string & {}) | undefined
  /** Default: generative. */
  readonly engine?: Engine | undefined
  /** For a bilingual voice. Default: the voice's own. */
  readonly language?: LanguageCode | (string & {}) | undefined
  /** Default: text. */
  readonly textType?: 'text' | 'ssml' | undefined
  /** Pronunciation lexicons in the same region, five at the most. */
  readonly lexiconNames?: readonly string[] | undefined
}

/** What Polly sends, and how many samples a second come out. */
export interface AudioOptions {
  /** pcm is ready to use and has 8 or 16 kHz; mp3 has up to 48 kHz and is decoded here. Default: by the rate. */
  readonly outputFormat?: 'pcm' | 'mp3' | undefined
  /** Hertz: 8000, 16000; of mp3 also 22050, 24000, 44100, 48000. Default: 16000; of mp3 24000. */
  readonly sampleRate?: number | undefined
}

export interface Voice {
  readonly voice: VoiceId
  readonly engine: Engine
  readonly language: LanguageCode | undefined
  readonly textType: 'text' | 'ssml'
  readonly lexiconNames: readonly string[] | undefined
}

export interface Audio {
  readonly outputFormat: 'pcm' | 'mp3'
  readonly sampleRate: number
}

const HIGHEST_PCM_HZ = 16_000
/** https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html */
const RATES: Readonly<Record<Audio['outputFormat'], readonly number[]>> = {
  pcm: [8_000, HIGHEST_PCM_HZ],
  mp3: [8_000, 16_000, 22_050, 24_000, 44_100, 48_000],
}

export function chooseVoice({ voice, engine, language, textType, lexiconNames }: VoiceOptions): Voice {
  return {
    voice: (voice ?? 'Ruth') as VoiceId,
    engine: engine ?? 'generative',
    language: language as LanguageCode | undefined,
    textType: textType ?? 'text',
    lexiconNames,
  }
}

/** @throws TypeError for a format that is none of the two; RangeError for a rate that it does not have. */
export function chooseAudio({ outputFormat, sampleRate }: AudioOptions): Audio {
  const hertz = sampleRate ?? (outputFormat === 'mp3' ? 24_000 : HIGHEST_PCM_HZ)
  const format = outputFormat ?? (hertz > HIGHEST_PCM_HZ ? 'mp3' : 'pcm')
  if (!Object.hasOwn(RATES, format)) throw new TypeError('outputFormat is pcm or mp3')
  if (!RATES[format].includes(hertz))
    throw new RangeError(`${format} of Polly has a sampleRate of ${RATES[format].join(', ')}`)
  return { outputFormat: format, sampleRate: hertz }
}

/** What one request for speech and a stream of it have in common. */
export interface SpeechParameters {
  VoiceId: VoiceId
  Engine: Engine
  OutputFormat: 'pcm' | 'mp3'
  SampleRate: string
  LanguageCode?: LanguageCode
  LexiconNames?: string[]
}

export function speechParameters({ voice, engine, language, lexiconNames }: Voice, audio: Audio): SpeechParameters {
  return {
    VoiceId: voice,
    Engine: engine,
    OutputFormat: audio.outputFormat,
    SampleRate: String(audio.sampleRate),
    ...(language === undefined ? {} : { LanguageCode: language }),
    ...(lexiconNames === undefined ? {} : { LexiconNames: [...lexiconNames] }),
  }
}
