// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { type APIConnectOptions, shortuuid, stt } from '@livekit/agents'
import type { AudioFrame } from '@livekit/rtc-node'
import type { Connection } from '../aws/connection.ts'
import { createFeed } from '../aws/feed.ts'
import { batchSound, FLUSH, type Sound } from '../transcribe/batches.ts'
import { createRecognition, type Recognition } from '../transcribe/recognition.ts'
import type { TranscribeRequest } from '../transcribe/request.ts'
import { toApiError } from './api-error.ts'
import { createSpeechEvents, type SpeechEvents } from './speech-events.ts'

export interface SpeechStreamOptions {
  readonly connection: Connection
  readonly request: TranscribeRequest
  readonly connOptions: APIConnectOptions
}

/** Recognises what is said, while it is said. */
export class SpeechStream extends stt.SpeechStream {
  override readonly label: string = 'aws.SpeechStream'
  readonly #connection: Connection
  readonly #events: SpeechEvents
  /** Outlives an attempt: the next one goes on with the sound that is not final. */
  readonly #recognition: Recognition
  /** Of the first attempt: the framework adds the time that went by, and we count the sound. */
  #offsetSeconds: number | undefined

  constructor(owner: stt.STT, { connection, request, connOptions }: SpeechStreamOptions) {
    super(owner, request.MediaSampleRateHertz, connOptions)
    this.#connection = connection
    const { input } = this
    this.#events = createSpeechEvents({
      put: (event) => {
        if (!this.queue.closed) this.queue.put(event)
      },
      requestId: shortuuid(),
      language: request.LanguageCode,
      offsetSeconds: () => this.#offsetSeconds ?? 0,
    })
    this.#recognition = createRecognition({
      connection,
      request,
      feed: createFeed(batchSound({ next: () => nextSound(input) }, request.MediaSampleRateHertz)),
      timeoutMs: connOptions.timeoutMs,
      onHeard: (heard) => this.#events.heard(heard),
      onSent: ({ fromSeconds, untilSeconds }) => this.#events.sent(untilSeconds - fromSeconds),
    })
  }

  protected override async run(): Promise<void> {
    this.#offsetSeconds ??= this.startTimeOffset
    try {
      await this.#recognition.run(this.abortSignal)
    } catch (error) {
      throw await toApiError(error, { service: 'Transcribe', connection: this.#connection })
    } finally {
      this.#events.end()
    }
  }
}

async function nextSound(input: {
  next(): Promise<IteratorResult<AudioFrame | symbol>>
}): Promise<IteratorResult<Sound | typeof FLUSH>> {
  const { done, value } = await input.next()
  if (done) return { done, value: undefined }
  if (typeof value === 'symbol') return { done: false, value: FLUSH }
  return { done: false, value: { samples: value.data, channels: value.channels } }
}
