// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Amazon Transcribe as an STT of LiveKit Agents. */
import { type APIConnectOptions, type AudioBuffer, DEFAULT_API_CONNECT_OPTIONS, shortuuid, stt } from '@livekit/agents'
import { type Connection, connect } from '../aws/connection.ts'
import type { AwsOptions } from '../aws/options.ts'
import { type TranscribeOptions, type TranscribeRequest, transcribeRequest } from '../transcribe/request.ts'
import { recognizeAll } from './recognize-all.ts'
import { SpeechStream } from './speech-stream.ts'

export interface STTOptions extends AwsOptions, TranscribeOptions {}

/**
 * Recognition of speech by Amazon Transcribe.
 *
 * @see https://docs.aws.amazon.com/transcribe/latest/dg/streaming.html
 */
export class STT extends stt.STT {
  override readonly label: string = 'aws.STT'
  readonly #connection: Connection
  #options: TranscribeOptions
  #request: TranscribeRequest

  /** @throws TypeError, RangeError for options that contradict each other. Nothing is asked yet. */
  constructor(options: STTOptions = {}) {
    super({
      streaming: true,
      interimResults: true,
      alignedTranscript: 'word',
      diarization: options.showSpeakerLabel ?? false,
    })
    this.#request = transcribeRequest(options)
    this.#options = options
    this.#connection = connect(options)
  }

  override get model(): string {
    return this.#request.LanguageModelName ?? 'unknown'
  }

  override get provider(): string {
    return 'Amazon Transcribe'
  }

  /** For streams from now on. @throws TypeError, RangeError for options that contradict each other. */
  updateOptions(options: TranscribeOptions): void {
    const changed = { ...this.#options, ...options }
    this.#request = transcribeRequest(changed)
    this.#options = changed
  }

  override stream(options: { connOptions?: APIConnectOptions } = {}): SpeechStream {
    const { connOptions = DEFAULT_API_CONNECT_OPTIONS } = options
    return new SpeechStream(this, { connection: this.#connection, request: this.#request, connOptions })
  }

  protected override async _recognize(buffer: AudioBuffer, abortSignal?: AbortSignal): Promise<stt.SpeechEvent> {
    const signal = abortSignal ?? new AbortController().signal
    const speech = await recognizeAll(buffer, { connection: this.#connection, request: this.#request, signal })
    return { type: stt.SpeechEventType.FINAL_TRANSCRIPT, requestId: shortuuid(), alternatives: [speech] }
  }
}
