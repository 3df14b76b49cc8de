// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { createTimedString, normalizeLanguage, stt } from '@livekit/agents'
import type { Heard, Word } from '../transcribe/result.ts'

/** Turns what Transcribe heard into the events of LiveKit: speech begins, is understood more and more, and ends. */
export interface SpeechEvents {
  heard(result: Heard): void
  /** Counts what AWS bills: every second that was sent, the repeated ones too. */
  sent(seconds: number): void
  /** Reports what is left to report. */
  end(): void
}

export interface SpeechEventsOptions {
  readonly put: (event: stt.SpeechEvent) => void
  readonly requestId: string
  /** Of the options; Transcribe's own word goes over it. */
  readonly language: string | undefined
  /** Where this recognition began in the time of whoever asked for it. */
  readonly offsetSeconds: () => number
}

const USAGE_EVERY_SECONDS = 5

export function createSpeechEvents({ put, requestId, language, offsetSeconds }: SpeechEventsOptions): SpeechEvents {
  /** Channels in which somebody is speaking. */
  const speaking = new Set<string>()
  let unreportedSeconds = 0

  const report = (): void => {
    const recognitionUsage = { audioDuration: unreportedSeconds }
    unreportedSeconds = 0
    put({ type: stt.SpeechEventType.RECOGNITION_USAGE, requestId, recognitionUsage })
  }

  return {
    heard(result) {
      const channel = result.channel ?? ''
      if (result.text !== '') {
        if (speaking.size === 0) put({ type: stt.SpeechEventType.START_OF_SPEECH, requestId })
        speaking.add(channel)
        const type = result.isFinal ? stt.SpeechEventType.FINAL_TRANSCRIPT : stt.SpeechEventType.INTERIM_TRANSCRIPT
        put({ type, requestId, alternatives: [toSpeechData(result, language ?? '', offsetSeconds())] })
      }
      if (!result.isFinal || !speaking.delete(channel) || speaking.size > 0) return
      put({ type: stt.SpeechEventType.END_OF_SPEECH, requestId })
    },
    sent(seconds) {
      unreportedSeconds += seconds
      if (unreportedSeconds >= USAGE_EVERY_SECONDS) report()
    },
    end() {
      if (unreportedSeconds > 0) report()
    },
  }
}

export function toSpeechData(heard: Heard, language: string, offsetSeconds: number): stt.SpeechData {
  const { text, confidence, fromSeconds, untilSeconds, words, speaker, channel } = heard
  return {
    text,
    confidence,
    language: normalizeLanguage(heard.language ?? language),
    startTime: offsetSeconds + fromSeconds,
    endTime: offsetSeconds + untilSeconds,
    words: words.map((word) => toTimedString(word, offsetSeconds)),
    ...(speaker === undefined ? {} : { speakerId: speaker }),
    ...(channel === undefined ? {} : { metadata: { channelId: channel } }),
  }
}

function toTimedString({ text, fromSeconds, untilSeconds, confidence, speaker }: Word, offsetSeconds: number) {
  return createTimedString({
    text,
    startTime: offsetSeconds + fromSeconds,
    endTime: offsetSeconds + untilSeconds,
    confidence,
    startTimeOffset: offsetSeconds,
    speakerId: speaker ?? null,
  })
}
