// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { Item, Result } from '@aws-sdk/client-transcribe-streaming'

/** What Transcribe understood of a stretch of sound: for now, or for good. */
export interface Heard {
  readonly isFinal: boolean
  readonly text: string
  /** From the beginning of all sound, whichever stream it went over. */
  readonly fromSeconds: number
  readonly untilSeconds: number
  /** 0 to 1; 0 where Transcribe does not say. */
  readonly confidence: number
  readonly words: readonly Word[]
  /** Who said the most of it. */
  readonly speaker: string | undefined
  readonly channel: string | undefined
  readonly language: string | undefined
}

export interface Word {
  readonly text: string
  readonly fromSeconds: number
  readonly untilSeconds: number
  readonly confidence: number
  readonly speaker: string | undefined
}

/** @param offsetSeconds where the stream began in all sound. */
export function readResult(result: Result, offsetSeconds: number): Heard {
  const [alternative] = result.Alternatives ?? []
  const words = (alternative?.Items ?? [])
    .filter(({ Type }) => Type !== 'punctuation')
    .map((item) => readWord(item, offsetSeconds))
  return {
    isFinal: result.IsPartial !== true,
    text: alternative?.Transcript?.trim() ?? '',
    fromSeconds: offsetSeconds + (result.StartTime ?? 0),
    untilSeconds: offsetSeconds + (result.EndTime ?? 0),
    confidence: meanConfidence(words),
    words,
    speaker: mostOf(words.map(({ speaker }) => speaker)),
    channel: result.ChannelId,
    language: result.LanguageCode,
  }
}

function readWord({ Content, StartTime, EndTime, Confidence, Speaker }: Item, offsetSeconds: number): Word {
  return {
    text: Content ?? '',
    fromSeconds: offsetSeconds + (StartTime ?? 0),
    untilSeconds: offsetSeconds + (EndTime ?? 0),
    confidence: Confidence ?? 0,
    speaker: Speaker,
  }
}

function meanConfidence(words: readonly Word[]): number {
  const sure = words.filter(({ confidence }) => confidence > 0)
  return sure.length === 0 ? 0 : sure.reduce((sum, { confidence }) => sum + confidence, 0) / sure.length
}

function mostOf(names: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>()
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0]
}
