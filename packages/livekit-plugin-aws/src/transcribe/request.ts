// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** The options of Transcribe, checked and named as it names them. */
import type { StartStreamTranscriptionCommandInput } from '@aws-sdk/client-transcribe-streaming'
import { given } from '../aws/given.ts'

type Input = StartStreamTranscriptionCommandInput
type Value<K extends keyof Input> = NonNullable<Input[K]>

/** How Transcribe is to listen. @see https://docs.aws.amazon.com/transcribe/latest/APIReference/API_streaming_StartStreamTranscription.html */
export interface TranscribeOptions {
  /** Default: en-US; none where a language is to be identified. */
  readonly language?: Value<'LanguageCode'> | (string & {}) | undefined
  /** Hertz, 8000 to 48000. What comes in at another rate is converted. Default: 24000. */
  readonly sampleRate?: number | undefined
  readonly vocabularyName?: string | undefined
  /** One for each language, where a language is to be identified. */
  readonly vocabularyNames?: readonly string[] | undefined
  readonly vocabFilterName?: string | undefined
  readonly vocabFilterNames?: readonly string[] | undefined
  readonly vocabFilterMethod?: Value<'VocabularyFilterMethod'> | undefined
  /** A UUID of yours for the session. A stream that is begun again goes on under the same one. */
  readonly sessionId?: string | undefined
  /** Who speaks. Default: false. */
  readonly showSpeakerLabel?: boolean | undefined
  /** Two channels, each for itself. Default: false. */
  readonly enableChannelIdentification?: boolean | undefined
  readonly numberOfChannels?: number | undefined
  readonly enablePartialResultsStabilization?: boolean | undefined
  readonly partialResultsStability?: Value<'PartialResultsStability'> | undefined
  /** A custom language model. */
  readonly languageModelName?: string | undefined
  /** Finds out which of `languageOptions` is spoken. Default: false. */
  readonly identifyLanguage?: boolean | undefined
  /** The same where more than one is spoken. Default: false. */
  readonly identifyMultipleLanguages?: boolean | undefined
  /** Two or more, for identification. */
  readonly languageOptions?: readonly string[] | undefined
  readonly preferredLanguage?: Value<'PreferredLanguage'> | (string & {}) | undefined
  /** Marks personal data. */
  readonly contentIdentificationType?: Value<'ContentIdentificationType'> | undefined
  /** Takes personal data out. */
  readonly contentRedactionType?: Value<'ContentRedactionType'> | undefined
  /** Which personal data. Default: all. */
  readonly piiEntityTypes?: readonly string[] | undefined
}

export type TranscribeRequest = Omit<Input, 'AudioStream'> & { readonly MediaSampleRateHertz: number }

const DEFAULT_SAMPLE_RATE = 24_000

/** @throws TypeError, RangeError for options that contradict each other. */
export function transcribeRequest(options: TranscribeOptions): TranscribeRequest {
  const { identifyLanguage, identifyMultipleLanguages, language, sampleRate = DEFAULT_SAMPLE_RATE } = options
  const identifies = identifyLanguage || identifyMultipleLanguages
  if (!(Number.isInteger(sampleRate) && sampleRate >= 8_000 && sampleRate <= 48_000))
    throw new RangeError('sampleRate is 8000 to 48000 hertz')
  if (identifyLanguage && identifyMultipleLanguages)
    throw new TypeError('identifyLanguage and identifyMultipleLanguages: one of them')
  if (identifies && language !== undefined) throw new TypeError('language, or the identification of one')
  if (identifies && (options.languageOptions?.length ?? 0) < 2)
    throw new TypeError('to identify a language, languageOptions needs two or more to choose from')

  return given({
    LanguageCode: (identifies ? undefined : (language ?? 'en-US')) as Input['LanguageCode'],
    MediaSampleRateHertz: sampleRate,
    MediaEncoding: 'pcm' as const,
    VocabularyName: options.vocabularyName,
    VocabularyNames: joined(options.vocabularyNames),
    VocabularyFilterName: options.vocabFilterName,
    VocabularyFilterNames: joined(options.vocabFilterNames),
    VocabularyFilterMethod: options.vocabFilterMethod,
    SessionId: options.sessionId,
    ShowSpeakerLabel: options.showSpeakerLabel,
    EnableChannelIdentification: options.enableChannelIdentification,
    NumberOfChannels: options.numberOfChannels ?? (options.enableChannelIdentification ? 2 : undefined),
    EnablePartialResultsStabilization:
      options.enablePartialResultsStabilization ?? (options.partialResultsStability === undefined ? undefined : true),
    PartialResultsStability: options.partialResultsStability,
    LanguageModelName: options.languageModelName,
    IdentifyLanguage: identifyLanguage,
    IdentifyMultipleLanguages: identifyMultipleLanguages,
    LanguageOptions: joined(options.languageOptions),
    PreferredLanguage: options.preferredLanguage as Input['PreferredLanguage'],
    ContentIdentificationType: options.contentIdentificationType,
    ContentRedactionType: options.contentRedactionType,
    PiiEntityTypes: joined(options.piiEntityTypes),
  })
}

function joined(names: readonly string[] | undefined): string | undefined {
  return names === undefined ? undefined : names.join(',')
}
