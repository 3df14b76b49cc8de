// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { type AudioBuffer, DEFAULT_API_CONNECT_OPTIONS, type stt } from '@livekit/agents'
import type { Connection } from '../aws/connection.ts'
import { createFeed } from '../aws/feed.ts'
import { batchSound, type Sound } from '../transcribe/batches.ts'
import { createRecognition } from '../transcribe/recognition.ts'
import type { TranscribeRequest } from '../transcribe/request.ts'
import type { Heard } from '../transcribe/result.ts'
import { toApiError } from './api-error.ts'
import { toSpeechData } from './speech-events.ts'

/** Recognises sound that is there as a whole. Over a stream as well: Transcribe has no other way that answers at once. */
export async function recognizeAll(
  buffer: AudioBuffer,
  { connection, request, signal }: { connection: Connection; request: TranscribeRequest; signal: AbortSignal },
): Promise<stt.SpeechData> {
  const frames = [buffer].flat()
  const MediaSampleRateHertz = frames[0]?.sampleRate ?? request.MediaSampleRateHertz
  const sounds = frames.map(({ data, channels }): Sound => ({ samples: data, channels }))
  const finals: Heard[] = []
  const recognition = createRecognition({
    connection,
    request: { ...request, MediaSampleRateHertz },
    feed: createFeed(batchSound(inTurn(sounds), MediaSampleRateHertz)),
    timeoutMs: DEFAULT_API_CONNECT_OPTIONS.timeoutMs,
    onHeard: (heard) => heard.isFinal && finals.push(heard),
    onSent: () => {},
  })
  try {
    await recognition.run(signal)
  } catch (error) {
    throw await toApiError(error, { service: 'Transcribe', connection })
  }
  signal.throwIfAborted()
  return toSpeechData(joinHeard(finals), request.LanguageCode ?? '', 0)
}

function joinHeard(parts: readonly Heard[]): Heard {
  const [first, last] = [parts[0], parts.at(-1)]
  const confidence = parts.reduce((sum, part) => sum + part.confidence, 0) / Math.max(1, parts.length)
  return {
    isFinal: true,
    text: parts.map(({ text }) => text).join(' '),
    fromSeconds: first?.fromSeconds ?? 0,
    untilSeconds: last?.untilSeconds ?? 0,
    confidence,
    words: parts.flatMap(({ words }) => words),
    speaker: first?.speaker,
    channel: undefined,
    language: first?.language,
  }
}

function inTurn<T>(items: readonly T[]): { next(): Promise<IteratorResult<T>> } {
  const iterator = items[Symbol.iterator]()
  return { next: async () => iterator.next() }
}
