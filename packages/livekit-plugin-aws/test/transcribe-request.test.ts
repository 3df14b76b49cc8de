import { expect, test } from 'vitest'
import { transcribeRequest } from '../src/transcribe/request.ts'

test('what was not asked for is left to Transcribe', () => {
  expect(transcribeRequest({})).toEqual({ LanguageCode: 'en-US', MediaSampleRateHertz: 24_000, MediaEncoding: 'pcm' })
})

test('every option has its place', () => {
  expect(
    transcribeRequest({
      language: 'de-DE',
      sampleRate: 16_000,
      vocabularyName: 'v',
      vocabFilterName: 'f',
      vocabFilterMethod: 'mask',
      sessionId: '01234567-0123-4123-8123-0123456789ab',
      showSpeakerLabel: true,
      enableChannelIdentification: true,
      partialResultsStability: 'high',
      languageModelName: 'm',
      contentRedactionType: 'PII',
      piiEntityTypes: ['NAME', 'PIN'],
    }),
  ).toEqual({
    LanguageCode: 'de-DE',
    MediaSampleRateHertz: 16_000,
    MediaEncoding: 'pcm',
    VocabularyName: 'v',
    VocabularyFilterName: 'f',
    VocabularyFilterMethod: 'mask',
    SessionId: '01234567-0123-4123-8123-0123456789ab',
    ShowSpeakerLabel: true,
    EnableChannelIdentification: true,
    NumberOfChannels: 2,
    EnablePartialResultsStabilization: true,
    PartialResultsStability: 'high',
    LanguageModelName: 'm',
    ContentRedactionType: 'PII',
    PiiEntityTypes: 'NAME,PIN',
  })
})

test('a language that is to be found out is not told', () => {
  const languageOptions = ['en-US', 'es-US']
  const vocabularyNames = ['one', 'two']
  expect(
    transcribeRequest({ identifyLanguage: true, languageOptions, preferredLanguage: 'en-US', vocabularyNames }),
  ).toEqual({
    MediaSampleRateHertz: 24_000,
    MediaEncoding: 'pcm',
    IdentifyLanguage: true,
    LanguageOptions: 'en-US,es-US',
    PreferredLanguage: 'en-US',
    VocabularyNames: 'one,two',
  })
})

test.each([
  [{ sampleRate: 4_000 }, 'sampleRate'],
  [{ identifyLanguage: true }, 'languageOptions'],
  [{ identifyLanguage: true, language: 'en-US', languageOptions: ['en-US', 'es-US'] }, 'language, or'],
  [{ identifyLanguage: true, identifyMultipleLanguages: true }, 'one of them'],
])('%j contradicts itself', (options, reason) => {
  expect(() => transcribeRequest(options)).toThrow(reason)
})
