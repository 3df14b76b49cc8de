// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Amazon Polly as a TTS of LiveKit Agents. */
import { type APIConnectOptions, DEFAULT_API_CONNECT_OPTIONS, tts } from '@livekit/agents'
import { type Connection, connect } from '../aws/connection.ts'
import type { AwsOptions } from '../aws/options.ts'
import { type Audio, type AudioOptions, chooseAudio, chooseVoice, type VoiceOptions } from '../polly/voice.ts'
import { ChunkedStream } from './chunked-stream.ts'
import { SynthesizeStream } from './synthesize-stream.ts'

export interface TTSOptions extends AwsOptions, VoiceOptions, AudioOptions {
  /**
   * Text goes to Polly while the model writes it, and audio comes back meanwhile. Of the generative engine alone, where it
   * is the default; the others speak sentence by sentence.
   */
  readonly streaming?: boolean | undefined
}

/**
 * Speech by Amazon Polly.
 *
 * @see https://docs.aws.amazon.com/polly/latest/dg/what-is.html
 */
export class TTS extends tts.TTS {
  override readonly label: string = 'aws.TTS'
  readonly #connection: Connection
  readonly #audio: Audio
  #voice: VoiceOptions

  /** @throws TypeError, RangeError for options that contradict each other. Nothing is asked yet. */
  constructor(options: TTSOptions = {}) {
    const audio = chooseAudio(options)
    const isGenerative = chooseVoice(options).engine === 'generative'
    const { streaming = isGenerative } = options
    if (streaming && !isGenerative) throw new TypeError('streaming is of the generative engine alone')
    super(audio.sampleRate, 1, { streaming })
    this.#connection = connect(options)
    this.#audio = audio
    this.#voice = options
  }

  override get model(): string {
    return chooseVoice(this.#voice).engine
  }

  override get provider(): string {
    return 'Amazon Polly'
  }

  /** For what is said from now on. @throws TypeError for an engine that does not stream, where this one does. */
  updateOptions(options: VoiceOptions): void {
    const voice = { ...this.#voice, ...options }
    if (this.capabilities.streaming && chooseVoice(voice).engine !== 'generative')
      throw new TypeError('streaming is of the generative engine alone: make another TTS, with streaming: false')
    this.#voice = voice
  }

  override synthesize(
    text: string,
    connOptions: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    abortSignal?: AbortSignal,
  ): ChunkedStream {
    const { voice, audio } = this.#current()
    return new ChunkedStream(this, { text, voice, audio, connection: this.#connection, connOptions, abortSignal })
  }

  /** @throws TypeError where this TTS does not stream: the framework then speaks sentence by sentence. */
  override stream(options: { connOptions?: APIConnectOptions } = {}): SynthesizeStream {
    if (!this.capabilities.streaming) throw new TypeError('this TTS does not stream: use synthesize')
    const { connOptions = DEFAULT_API_CONNECT_OPTIONS } = options
    return new SynthesizeStream(this, { ...this.#current(), connection: this.#connection, connOptions })
  }

  #current() {
    return { voice: chooseVoice(this.#voice), audio: this.#audio }
  }
}
