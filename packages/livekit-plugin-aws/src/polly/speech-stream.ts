// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Speech for text that is still being written: a stream of Polly in both directions. */
import {
  type StartSpeechSynthesisStreamActionStream,
  StartSpeechSynthesisStreamCommand,
  type StartSpeechSynthesisStreamEventStream,
} from '@aws-sdk/client-polly'
import { withPolly } from '../aws/clients.ts'
import type { ClientConfig, Connection } from '../aws/connection.ts'
import { endingWith } from '../aws/ending.ts'
import { type AgeLimits, lifeOfStream, type StreamLife } from '../aws/stream-life.ts'
import { orAborted, soon, timedOut } from '../aws/time-limit.ts'
import { gatherTexts, hasText, type Script, SEGMENT_END } from './script.ts'
import type { Speaking } from './synthesize.ts'
import { speechParameters, type Voice } from './voice.ts'

/** How old a stream of Polly may become, and how long it may be silent. */
export interface StreamLimits extends AgeLimits {
  /** After 5 seconds without an event Polly ends a stream: an empty text keeps it. */
  readonly keepAliveMs: number
}

const MINUTE_MS = 60_000

/** Ten minutes: https://docs.aws.amazon.com/polly/latest/dg/bidirectional-streaming-lifecycle.html */
const LIMITS: StreamLimits = {
  keepAliveMs: 3_000,
  changeFromAgeMs: 8 * MINUTE_MS,
  changeAtAgeMs: 9.5 * MINUTE_MS,
}

/** Life that keys should have left: a stream is changed before their end, but a sentence is better in one. */
const MIN_VALIDITY_MS = MINUTE_MS

export interface StreamedSpeaking extends Speaking {
  readonly limits?: StreamLimits
}

/**
 * Speech for one segment of a script, while its text comes in. Text that Polly was given and did not speak comes again:
 * after a refusal at once, with new keys; after another failure when this is called again with the same script.
 */
export async function* streamSpeech(
  connection: Connection,
  script: Script,
  speaking: StreamedSpeaking,
): AsyncGenerator<Uint8Array> {
  script.rewind()
  while (await hasText(script)) {
    const stream = await connection.call((config) => {
      script.rewind()
      return openStream(config, script, speaking)
    }, MIN_VALIDITY_MS)
    try {
      yield* stream.audio()
    } finally {
      stream.close()
    }
    if (stream.isSegmentOver()) return
  }
}

interface SpeechStream {
  audio(): AsyncGenerator<Uint8Array>
  isSegmentOver(): boolean
  close(): void
}

/** Comes back with the first event: by then Polly has let the caller in. */
async function openStream(config: ClientConfig, script: Script, speaking: StreamedSpeaking): Promise<SpeechStream> {
  const { voice, audio, signal, timeoutMs, limits = LIMITS } = speaking
  const life = lifeOfStream(Date.now(), config.credentials?.expiration, limits)
  const ending = endingWith(signal)
  const watch = watchAfter(timeoutMs, ending.end)
  const close = (): void => {
    watch.stop()
    ending.end()
  }
  const writing = writeActions({
    script,
    voice,
    life,
    keepAliveMs: limits.keepAliveMs,
    signal: ending.signal,
    onClose: watch.start,
  })

  try {
    const input = { ...speechParameters(voice, audio), ActionStream: writing.actions }
    const sent = withPolly(config, (polly) =>
      polly.send(new StartSpeechSynthesisStreamCommand(input), { abortSignal: ending.signal }),
    )
    const { EventStream } = await orAborted(sent, ending.signal)
    return { audio: () => readAudio(EventStream), isSegmentOver: () => writing.isSegmentOver, close }
  } catch (error) {
    close()
    throw error
  }

  async function* readAudio(
    events: AsyncIterable<StartSpeechSynthesisStreamEventStream> = noEvents(),
  ): AsyncGenerator<Uint8Array> {
    const iterator = events[Symbol.asyncIterator]()
    for (;;) {
      const { done, value } = await orAborted(iterator.next(), ending.signal)
      if (done || value.StreamClosedEvent) break
      const { AudioChunk } = value.AudioEvent ?? {}
      if (AudioChunk) {
        script.settle()
        watch.stop()
        yield AudioChunk
      }
      watch.again()
    }
    if (!writing.isClosed) throw new Error('Polly ended the stream before the text did')
    script.settle()
  }
}

interface Writing {
  readonly actions: AsyncGenerator<StartSpeechSynthesisStreamActionStream>
  /** Polly was told that nothing more comes. */
  readonly isClosed: boolean
  readonly isSegmentOver: boolean
}

interface WritingOptions {
  readonly script: Script
  readonly voice: Voice
  readonly life: StreamLife
  readonly keepAliveMs: number
  readonly signal: AbortSignal
  readonly onClose: () => void
}

function writeActions({ script, voice, life, keepAliveMs, signal, onClose }: WritingOptions): Writing {
  const texts = gatherTexts(voice.textType)
  const textEvent = (Text: string): StartSpeechSynthesisStreamActionStream => ({
    TextEvent: { Text, TextType: voice.textType },
  })
  const progress = { isClosed: false, isSegmentOver: false, actions: write() }
  return progress

  async function* write(): AsyncGenerator<StartSpeechSynthesisStreamActionStream> {
    let last = ''
    while (!isDue(life, endsSentence(last))) {
      const next = await soon(script.ready(), keepAliveMs)
      if (signal.aborted) return
      if (next === 'silence') {
        yield keepAlive(last)
        continue
      }
      const piece = next ? script.take() : SEGMENT_END
      progress.isSegmentOver = piece === SEGMENT_END
      if (piece === SEGMENT_END) break
      for (const text of texts.add(piece)) yield textEvent(text)
      last = piece
    }
    for (const text of texts.rest()) yield textEvent(text)
    progress.isClosed = true
    onClose()
    yield { CloseStreamEvent: {} }
  }
}

function isDue({ changeFromMs, changeAtMs }: StreamLife, isHarmless: boolean): boolean {
  return Date.now() > (isHarmless ? changeFromMs : changeAtMs)
}

/** A sentence that is whole is spoken now: what comes next may be a while, as when the model calls a tool. */
function keepAlive(last: string): StartSpeechSynthesisStreamActionStream {
  return { TextEvent: { Text: '', ...(endsSentence(last) ? { FlushStreamConfiguration: { Force: true } } : {}) } }
}

function endsSentence(text: string): boolean {
  return /([.!?…。！？]|<\/speak>)\s*$/.test(text)
}

/** A time limit from one event to the next, once all text was sent: before that, Polly may have to wait for text. */
function watchAfter(timeoutMs: number, onTimeout: (reason: Error) => void) {
  let timer: NodeJS.Timeout | undefined
  let isStarted = false
  const again = (): void => {
    clearTimeout(timer)
    if (!isStarted) return
    timer = setTimeout(() => onTimeout(timedOut(timeoutMs)), timeoutMs)
  }
  const start = (): void => {
    isStarted = true
    again()
  }
  return { start, again, stop: () => clearTimeout(timer) }
}

async function* noEvents(): AsyncGenerator<never> {}
