// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** One stream of Transcribe, from its first batch of sound to its last word. */
import { type AudioStream, StartStreamTranscriptionCommand } from '@aws-sdk/client-transcribe-streaming'
import { withTranscribe } from '../aws/clients.ts'
import type { ClientConfig } from '../aws/connection.ts'
import { endingWith } from '../aws/ending.ts'
import type { Feed } from '../aws/feed.ts'
import type { StreamLife } from '../aws/stream-life.ts'
import { orAborted, soon, timedOut } from '../aws/time-limit.ts'
import type { Batch } from './batches.ts'
import type { Replay } from './replay.ts'
import type { TranscribeRequest } from './request.ts'
import { type Heard, readResult } from './result.ts'

export interface ListenOptions {
  readonly request: TranscribeRequest
  readonly feed: Feed<Batch>
  readonly replay: Replay
  readonly life: StreamLife
  readonly signal: AbortSignal
  /** For Transcribe to take a batch, and for its last words after the last of them. */
  readonly timeoutMs: number
  /** After this long without sound the stream is ended, so that what was said is final: a muted microphone sends none. */
  readonly muteMs: number
  readonly onSent: (batch: Batch) => void
  readonly onHeard: (heard: Heard) => void
}

/** Why a stream came to its end, where nothing went wrong. */
export type Ending =
  | 'sound-over' // there is no more, and all of it is final
  | 'changed' // it had lived long enough and nobody was speaking, or no sound came
  | 'cut' // it could not live longer, and somebody was: what is not final has to be heard again

/**
 * One stream of Transcribe. Its answer begins with the first thing it has to say, which in silence is nothing: no time limit
 * may be put on that.
 */
export async function listen(config: ClientConfig, options: ListenOptions): Promise<Ending> {
  const { request, feed, replay, life, signal, timeoutMs, muteMs, onSent, onHeard } = options
  const stop = endingWith(signal)
  const offsetSeconds = feed.peek()?.fromSeconds ?? 0
  let ending: Ending | undefined
  let timer: NodeJS.Timeout | undefined

  try {
    const sent = withTranscribe(config, (transcribe) => {
      const command = new StartStreamTranscriptionCommand({ ...request, AudioStream: sound() })
      return transcribe.send(command, { abortSignal: stop.signal })
    })
    const { TranscriptResultStream } = await orAborted(sent, stop.signal)
    const events = TranscriptResultStream?.[Symbol.asyncIterator]()
    for (;;) {
      const next = await orAborted(
        events?.next() ?? Promise.resolve({ done: true, value: undefined } as const),
        stop.signal,
      )
      if (next.done) break
      if (ending) expectMore()
      for (const result of next.value.TranscriptEvent?.Transcript?.Results ?? []) {
        const heard = readResult(result, offsetSeconds)
        replay.heard(heard)
        onHeard(heard)
      }
    }
    if (!ending || replay.isOpen) throw new Error('Transcribe ended the stream in the middle of it')
    return ending
  } catch (error) {
    // last words that never come are no loss where none are open
    if (ending && (ending === 'cut' || replay.isQuiet) && !signal.aborted) return ending
    throw error
  } finally {
    clearTimeout(timer)
    stop.end()
  }

  async function* sound(): AsyncGenerator<AudioStream> {
    while (await hasMore()) {
      const batch = feed.take()
      replay.taken(batch)
      onSent(batch)
      expectMore()
      yield { AudioEvent: { AudioChunk: batch.bytes } }
      clearTimeout(timer)
    }
    if (stop.signal.aborted) return
    expectMore()
    yield { AudioEvent: { AudioChunk: new Uint8Array() } }
  }

  async function hasMore(): Promise<boolean> {
    const isReady = await soon(feed.ready(), muteMs)
    if (stop.signal.aborted) return false
    if (!isReady) ending = 'sound-over'
    else if (isReady === 'silence') ending = 'changed'
    else ending = dueEnding(replay, life)
    if (ending === 'cut') stop.end(new Error('cut'))
    return ending === undefined
  }

  /** Sound that is not taken, or no last word: the connection is dead, and nothing else says so. */
  function expectMore(): void {
    clearTimeout(timer)
    timer = setTimeout(() => stop.end(timedOut(timeoutMs)), timeoutMs)
  }
}

/** Long enough between two sentences. */
const PAUSE_SECONDS = 0.8
/** Long enough between two words. */
const BREATH_SECONDS = 0.3

function dueEnding({ isQuiet, silentSeconds }: Replay, { changeFromMs, changeAtMs }: StreamLife): Ending | undefined {
  const now = Date.now()
  if (now > changeFromMs && (isQuiet || silentSeconds >= PAUSE_SECONDS)) return 'changed'
  if (now > changeAtMs) return silentSeconds >= BREATH_SECONDS ? 'changed' : 'cut'
  return undefined
}
