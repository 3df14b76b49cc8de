// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Models on Amazon Bedrock as an LLM of LiveKit Agents. */
import { type APIConnectOptions, DEFAULT_API_CONNECT_OPTIONS, llm } from '@livekit/agents'
import { type Connection, connect } from '../aws/connection.ts'
import type { AwsOptions } from '../aws/options.ts'
import type { ModelOptions } from '../bedrock/request.ts'
import { warmUpBedrock } from '../bedrock/warm-up.ts'
import { LLMStream } from './llm-stream.ts'

export interface LLMOptions extends AwsOptions, ModelOptions {
  /** A model, an inference profile or the ARN of one. Default: BEDROCK_INFERENCE_PROFILE_ARN, amazon.nova-2-lite-v1:0. */
  readonly model?: string | undefined
}

const DEFAULT_MODEL = 'amazon.nova-2-lite-v1:0'

/**
 * Models on Amazon Bedrock, by its Converse API.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference.html
 */
export class LLM extends llm.LLM {
  readonly #connection: Connection
  readonly #model: string
  #options: ModelOptions

  /** @throws TypeError for an endpoint that cannot be used. Nothing is asked yet. */
  constructor(options: LLMOptions = {}) {
    super()
    this.#model = options.model ?? (process.env['BEDROCK_INFERENCE_PROFILE_ARN'] || DEFAULT_MODEL)
    this.#options = options
    this.#connection = connect(options, { bearerVariable: 'AWS_BEARER_TOKEN_BEDROCK' })
  }

  override label(): string {
    return 'aws.LLM'
  }

  override get model(): string {
    return this.#model
  }

  override get provider(): string {
    return 'Amazon Bedrock'
  }

  /** For answers from now on. */
  updateOptions(options: ModelOptions): void {
    this.#options = { ...this.#options, ...options }
  }

  override chat({ chatCtx, toolCtx, connOptions, toolChoice, extraKwargs }: ChatArguments): LLMStream {
    const options = toolChoice === undefined ? this.#options : { ...this.#options, toolChoice }
    return new LLMStream(this, {
      connection: this.#connection,
      model: this.#model,
      options,
      chatCtx,
      toolCtx,
      connOptions: connOptions ?? DEFAULT_API_CONNECT_OPTIONS,
      extraKwargs,
    })
  }

  protected override _prewarmImpl(signal: AbortSignal): Promise<void> {
    return warmUpBedrock(this.#connection, signal)
  }
}

type ChatArguments = Parameters<llm.LLM['chat']>[0] & { connOptions?: APIConnectOptions }
