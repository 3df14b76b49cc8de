// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** One answer of a model on Bedrock, as LiveKit Agents reads it. */
import { type APIConnectOptions, llm, shortuuid } from '@livekit/agents'
import type { Connection } from '../aws/connection.ts'
import { type AnswerPart, readAnswer } from '../bedrock/answer.ts'
import type { ChatImage, SerializedImage } from '../bedrock/chat.ts'
import { toConversation } from '../bedrock/conversation.ts'
import { converse } from '../bedrock/converse.ts'
import { converseRequest, type ModelOptions, type ToolDescription } from '../bedrock/request.ts'
import { toApiError } from './api-error.ts'

export interface LLMStreamOptions {
  readonly connection: Connection
  readonly model: string
  readonly options: ModelOptions
  readonly chatCtx: llm.ChatContext
  readonly toolCtx: llm.ToolContextLike | undefined
  readonly connOptions: APIConnectOptions
  /** Fields of the request that go over all others. */
  readonly extraKwargs: Record<string, unknown> | undefined
}

/** An answer of the model, as it is written. */
export class LLMStream extends llm.LLMStream {
  readonly #options: LLMStreamOptions

  constructor(owner: llm.LLM, options: LLMStreamOptions) {
    const { chatCtx, toolCtx, connOptions } = options
    super(owner, { chatCtx, connOptions, ...(toolCtx === undefined ? {} : { toolCtx }) })
    this.#options = options
  }

  protected override async run(): Promise<void> {
    const { connection, connOptions, model } = this.#options
    const { signal } = this.abortController
    let began = false
    try {
      const request = await this.#request()
      const { requestId, events } = await converse(connection, request, { timeoutMs: connOptions.timeoutMs, signal })
      const id = requestId ?? shortuuid()
      for await (const part of readAnswer(events, model)) {
        if (signal.aborted || this.queue.closed) return
        this.queue.put(toChunk(id, part))
        began ||= part.kind !== 'usage'
      }
    } catch (error) {
      if (signal.aborted) return
      throw await toApiError(error, { service: 'Bedrock', connection, began })
    }
  }

  async #request() {
    const { model, options, extraKwargs } = this.#options
    const tools = options.toolChoice === 'none' ? [] : describeTools(this.toolCtx)
    const conversation = await toConversation(this.chatCtx.items, {
      model,
      hasTools: tools.length > 0,
      serializeImage: serializeOnce,
    })
    return { ...converseRequest(model, conversation, tools, options), ...extraKwargs }
  }
}

function describeTools(toolCtx: llm.ToolContext | undefined): ToolDescription[] {
  const tools = Object.entries(toolCtx?.functionTools ?? {}).map(([name, { description, parameters }]) => ({
    name,
    description,
    schema: llm.toJsonSchema(parameters, false),
  }))
  return tools.sort((a, b) => (a.name < b.name ? -1 : 1)) // the same in every request, for the cache's sake
}

const serialized = new WeakMap<object, Promise<SerializedImage>>()

/** A frame of video is encoded once, however many turns it stays in the chat. */
function serializeOnce(image: ChatImage): Promise<SerializedImage> {
  const known = serialized.get(image) ?? llm.serializeImage(image as llm.ImageContent)
  serialized.set(image, known)
  return known
}

function toChunk(id: string, part: AnswerPart): llm.ChatChunk {
  if (part.kind === 'text') return { id, delta: { role: 'assistant', content: part.text } }
  if (part.kind === 'call') {
    const { callId, name, args, extra } = part
    return { id, delta: { role: 'assistant', toolCalls: [llm.FunctionCall.create({ callId, name, args, extra })] } }
  }
  return {
    id,
    usage: {
      promptTokens: part.prompt,
      promptCachedTokens: part.promptFromCache,
      cacheCreationTokens: part.promptToCache,
      completionTokens: part.completion,
      totalTokens: part.total,
    },
  }
}
