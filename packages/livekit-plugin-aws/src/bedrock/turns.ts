// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { ChatCall, ChatItem, ChatMessage, ChatOutput } from './chat.ts'

/** An answer of the model with the tools it called, and what those gave; or a message of anybody else. */
export type Turn = AnsweringTurn | SpokenTurn

export interface AnsweringTurn {
  readonly by: 'assistant'
  readonly message: ChatMessage | undefined
  readonly calls: readonly AnsweredCall[]
}

export interface SpokenTurn {
  readonly by: 'user' | 'instructions'
  readonly message: ChatMessage
}

export interface AnsweredCall {
  readonly call: ChatCall
  readonly output: ChatOutput
}

/**
 * Turns in the order in which they began. A call and its output belong together wherever they stand: Bedrock wants the one
 * right after the other, and refuses a call without an output and an output without a call.
 */
export function readTurns(items: readonly ChatItem[]): Turn[] {
  const outputs = new Map<string, ChatOutput>()
  for (const item of items)
    if (item.type === 'function_call_output' && !outputs.has(item.callId)) outputs.set(item.callId, item)

  const turns: Turn[] = []
  const answers = new Map<string, { message: ChatMessage | undefined; calls: AnsweredCall[] }>()
  const answerOf = (group: string) => {
    const known = answers.get(group)
    if (known) return known
    const answer = {
      by: 'assistant' as const,
      message: undefined as ChatMessage | undefined,
      calls: [] as AnsweredCall[],
    }
    answers.set(group, answer)
    turns.push(answer)
    return answer
  }

  for (const item of items) {
    if (item.type === 'message') {
      if (item.role === 'assistant') answerOf(groupOf(item)).message = item
      else turns.push({ by: item.role === 'user' ? 'user' : 'instructions', message: item })
    }
    if (item.type !== 'function_call') continue
    const output = outputs.get(item.callId)
    if (!output) continue
    outputs.delete(item.callId) // asked for twice under one id, it is answered once
    answerOf(item.groupId ?? groupOf(item)).calls.push({ call: item, output })
  }
  return turns
}

function groupOf({ id }: { readonly id: string }): string {
  return id.split('/', 1)[0] ?? id
}
