// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Reads the events of an answer: words, calls of tools, what it cost. */
import type { ConverseStreamOutput, TokenUsage } from '@aws-sdk/client-bedrock-runtime'
import { createReasoningReader, writeReasoning } from './reasoning.ts'

/** What a model says, piece by piece. */
export type AnswerPart =
  | { readonly kind: 'text'; readonly text: string }
  /** A tool is called, once all its arguments are there. */
  | {
      readonly kind: 'call'
      readonly callId: string
      readonly name: string
      /** JSON. */
      readonly args: string
      readonly extra: Record<string, unknown>
    }
  | ({ readonly kind: 'usage' } & Usage)

/** In tokens. */
export interface Usage {
  /** All that the model read, from the cache or not. */
  readonly prompt: number
  readonly promptFromCache: number
  readonly promptToCache: number
  readonly completion: number
  readonly total: number
}

export async function* readAnswer(
  events: AsyncIterable<ConverseStreamOutput>,
  model: string,
): AsyncGenerator<AnswerPart> {
  const calls = new Map<number, { callId: string; name: string; args: string }>()
  const reasoning = createReasoningReader()
  let isFirstCall = true

  for await (const { contentBlockStart, contentBlockDelta, contentBlockStop, metadata } of events) {
    const { toolUse: begun } = contentBlockStart?.start ?? {}
    if (begun && begun.type !== 'server_tool_use') {
      const { toolUseId: callId = '', name = '' } = begun
      calls.set(contentBlockStart?.contentBlockIndex ?? 0, { callId, name, args: '' })
    }

    const { text, toolUse, reasoningContent } = contentBlockDelta?.delta ?? {}
    const call = calls.get(contentBlockDelta?.contentBlockIndex ?? 0)
    if (text) yield { kind: 'text', text }
    if (toolUse && call) call.args += toolUse.input ?? ''
    if (reasoningContent) reasoning.add(reasoningContent)

    if (contentBlockStop) {
      reasoning.end()
      const index = contentBlockStop.contentBlockIndex ?? 0
      const whole = calls.get(index)
      calls.delete(index)
      if (whole) {
        yield {
          kind: 'call',
          ...whole,
          args: whole.args || '{}',
          extra: isFirstCall ? writeReasoning(model, reasoning.blocks) : {},
        }
        isFirstCall = false
      }
    }
    if (metadata?.usage) yield { kind: 'usage', ...readUsage(metadata.usage) }
  }
}

/** Bedrock counts what it read from the cache, and wrote to it, apart from the input. */
function readUsage(usage: TokenUsage): Usage {
  const { inputTokens = 0, outputTokens = 0, cacheReadInputTokens = 0, cacheWriteInputTokens = 0 } = usage
  const prompt = inputTokens + cacheReadInputTokens + cacheWriteInputTokens
  return {
    prompt,
    promptFromCache: cacheReadInputTokens,
    promptToCache: cacheWriteInputTokens,
    completion: outputTokens,
    total: prompt + outputTokens,
  }
}
