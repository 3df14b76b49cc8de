// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** What a model thought before it called a tool, on its way out and back. */
import type { ContentBlock, ReasoningContentBlock, ReasoningContentBlockDelta } from '@aws-sdk/client-bedrock-runtime'

/**
 * What a model thought before it called a tool. Some models want it back, as it was and signed, with the output of that
 * tool. Until then it travels in `extra` of the call, as JSON.
 */
export interface Reasoning {
  readonly model: string
  readonly blocks: readonly ReasoningBlock[]
}

export type ReasoningBlock =
  | { readonly text: string; readonly signature?: string }
  /** Base64 of what only the model can read. */
  | { readonly redacted: string }

export function writeReasoning(model: string, blocks: readonly ReasoningBlock[]): Record<string, unknown> {
  const reasoning: Reasoning = { model, blocks }
  return blocks.length > 0 ? { aws: { reasoning } } : {}
}

export function readReasoning(extra: Readonly<Record<string, unknown>>, model: string): ContentBlock[] {
  const { reasoning } = (extra['aws'] ?? {}) as { readonly reasoning?: Reasoning }
  if (reasoning?.model !== model) return []
  return reasoning.blocks.map((block) => ({ reasoningContent: toBedrock(block) }))
}

function toBedrock(block: ReasoningBlock): ReasoningContentBlock {
  if ('redacted' in block) return { redactedContent: Buffer.from(block.redacted, 'base64') }
  return { reasoningText: { ...block } }
}

/** Puts together what comes in pieces. */
export interface ReasoningReader {
  add(delta: ReasoningContentBlockDelta): void
  /** The block is whole. */
  end(): void
  readonly blocks: readonly ReasoningBlock[]
}

export function createReasoningReader(): ReasoningReader {
  const blocks: ReasoningBlock[] = []
  let text = ''
  let signature = ''
  return {
    blocks,
    add(delta) {
      text += delta.text ?? ''
      signature += delta.signature ?? ''
      if (delta.redactedContent) blocks.push({ redacted: Buffer.from(delta.redactedContent).toString('base64') })
    },
    end() {
      if (text !== '') blocks.push({ text, ...(signature === '' ? {} : { signature }) })
      text = ''
      signature = ''
    },
  }
}
