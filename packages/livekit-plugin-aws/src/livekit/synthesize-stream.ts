// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { type APIConnectOptions, shortuuid, tts } from '@livekit/agents'
import type { Connection } from '../aws/connection.ts'
import { createFeed } from '../aws/feed.ts'
import { hasText, type Script, SEGMENT_END } from '../polly/script.ts'
import { streamSpeech } from '../polly/speech-stream.ts'
import type { Audio, Voice } from '../polly/voice.ts'
import { toApiError } from './api-error.ts'
import { audioFrames } from './audio-frames.ts'

export interface SynthesizeStreamOptions {
  readonly voice: Voice
  readonly audio: Audio
  readonly connection: Connection
  readonly connOptions: APIConnectOptions
}

/** Speech for text while it is written. A segment ends with each flush. */
export class SynthesizeStream extends tts.SynthesizeStream {
  override readonly label: string = 'aws.SynthesizeStream'
  readonly #options: SynthesizeStreamOptions
  /** Outlives an attempt: the next one has the text that this one did not get spoken. */
  readonly #script: Script

  constructor(owner: tts.TTS, options: SynthesizeStreamOptions) {
    super(owner, options.connOptions)
    this.#options = options
    const { input } = this
    this.#script = createFeed({
      async next() {
        const { done, value } = await input.next()
        if (done) return { done, value }
        return { done: false, value: typeof value === 'string' ? value : SEGMENT_END }
      },
    })
  }

  protected override async run(): Promise<void> {
    this.#script.rewind()
    while (!this.abortSignal.aborted && (await this.#script.ready())) await this.#speakSegment()
  }

  async #speakSegment(): Promise<void> {
    const { voice, audio, connection, connOptions } = this.#options
    const signal = this.abortSignal
    const segmentId = shortuuid()
    let began = false
    try {
      if (!(await hasText(this.#script))) return
      this.markStarted()
      const bytes = streamSpeech(connection, this.#script, { voice, audio, timeoutMs: connOptions.timeoutMs, signal })
      for await (const { frame, isLast } of audioFrames(bytes, audio, signal)) {
        if (signal.aborted || this.queue.closed) return
        this.queue.put({ requestId: segmentId, segmentId, frame, final: isLast })
        began = true
      }
      if (began) this.queue.put(SynthesizeStream.END_OF_STREAM)
    } catch (error) {
      if (signal.aborted) return
      throw await toApiError(error, { service: 'Polly', connection, began })
    }
  }
}
