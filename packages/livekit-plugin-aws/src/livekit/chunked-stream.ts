// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { type APIConnectOptions, shortuuid, tts } from '@livekit/agents'
import type { Connection } from '../aws/connection.ts'
import { synthesize } from '../polly/synthesize.ts'
import type { Audio, Voice } from '../polly/voice.ts'
import { toApiError } from './api-error.ts'
import { audioFrames } from './audio-frames.ts'

export interface ChunkedStreamOptions {
  readonly text: string
  readonly voice: Voice
  readonly audio: Audio
  readonly connection: Connection
  readonly connOptions: APIConnectOptions
  readonly abortSignal: AbortSignal | undefined
}

/** Speech for one text, spoken while it comes in. */
export class ChunkedStream extends tts.ChunkedStream {
  override readonly label: string = 'aws.ChunkedStream'
  readonly #options: ChunkedStreamOptions

  constructor(owner: tts.TTS, options: ChunkedStreamOptions) {
    super(options.text, owner, options.connOptions, options.abortSignal)
    this.#options = options
  }

  protected override async run(): Promise<void> {
    const { text, voice, audio, connection, connOptions } = this.#options
    const signal = this.abortSignal
    const requestId = shortuuid()
    const { queue } = this // each attempt has its own
    let began = false
    try {
      const bytes = synthesize(connection, text, { voice, audio, timeoutMs: connOptions.timeoutMs, signal })
      for await (const { frame, isLast } of audioFrames(bytes, audio, signal)) {
        if (signal.aborted || queue.closed) return
        queue.put({ requestId, segmentId: requestId, frame, final: isLast })
        began = true
      }
    } catch (error) {
      if (signal.aborted) return
      throw await toApiError(error, { service: 'Polly', connection, began })
    }
  }
}
