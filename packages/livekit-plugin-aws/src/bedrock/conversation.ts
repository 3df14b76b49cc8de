// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { ContentBlock, Message, SystemContentBlock } from '@aws-sdk/client-bedrock-runtime'
import type { ChatCall, ChatContent, ChatImage, ChatItem, SerializedImage } from './chat.ts'
import { imageBlock } from './image.ts'
import { readReasoning } from './reasoning.ts'
import { type AnsweredCall, readTurns, type SpokenTurn, type Turn } from './turns.ts'

/** A chat as Bedrock's Converse takes it: instructions apart, user and assistant by turns, the user first and last. */
export interface Conversation {
  readonly system: SystemContentBlock[]
  readonly messages: Message[]
}

export interface ConversationOptions {
  /** Reasoning is given back to the model that it comes from, and to no other. */
  readonly model: string
  /** Without tools in the request Bedrock takes no calls either: they are told in words then. */
  readonly hasTools: boolean
  readonly serializeImage: (image: ChatImage) => Promise<SerializedImage>
}

/** Stands where Bedrock wants a turn and the chat has none. */
const NOTHING_SAID = '.'

export async function toConversation(items: readonly ChatItem[], options: ConversationOptions): Promise<Conversation> {
  const turns = readTurns(items)
  const begin = turns.findIndex(({ by }) => by !== 'instructions')
  const instructions = begin < 0 ? turns : turns.slice(0, begin)
  const rest = begin < 0 ? [] : turns.slice(begin)

  const system = instructions.flatMap(({ message }) => textBlocks(message?.content ?? []))
  const messages: Message[] = []
  for (const turn of rest) for (const message of await toMessages(turn, options)) append(messages, message)
  if (messages[0]?.role !== 'user') messages.unshift({ role: 'user', content: [{ text: NOTHING_SAID }] })
  append(messages, { role: 'user', content: [] })
  const { content } = messages.at(-1) ?? {}
  if (content?.length === 0) content.push({ text: NOTHING_SAID })
  return { system, messages }
}

/** Turns of one side that follow each other are one. */
function append(messages: Message[], message: Message): void {
  const last = messages.at(-1)
  if (last?.content && last.role === message.role) last.content.push(...(message.content ?? []))
  else messages.push(message)
}

async function toMessages(turn: Turn, options: ConversationOptions): Promise<Message[]> {
  if (turn.by !== 'assistant') return said('user', await userBlocks(turn, options))
  const { message, calls } = turn
  const text = textBlocks(message?.content ?? [])
  if (!options.hasTools) {
    return [...said('assistant', [...text, ...calls.map(tellCall)]), ...said('user', calls.map(tellOutput))]
  }
  const reasoning = calls.flatMap(({ call }) => readReasoning(call.extra, options.model))
  return [
    ...said('assistant', [...reasoning, ...text, ...calls.map(callBlock)]),
    ...said('user', calls.map(outputBlock)),
  ]
}

function said(role: 'user' | 'assistant', content: ContentBlock[]): Message[] {
  return content.length > 0 ? [{ role, content }] : []
}

/** The framework's other models are told so too when instructions come in the middle of a talk. */
function asInstruction({ text }: { text: string }): ContentBlock {
  return { text: `New instructions received. Apply them carefully: ${text}` }
}

/** Bedrock refuses a text that is blank. */
function textBlocks(content: readonly ChatContent[]): { text: string }[] {
  return content.map(textOf).flatMap((text) => (text.trim() === '' ? [] : [{ text }]))
}

function textOf(content: ChatContent): string {
  if (typeof content === 'string') return content
  if (content.type === 'instructions') return content.value
  if (content.type === 'audio_content') return content.transcript ?? ''
  return ''
}

async function userBlocks({ by, message }: SpokenTurn, options: ConversationOptions): Promise<ContentBlock[]> {
  const { content } = message
  if (by === 'instructions') return textBlocks(content).map(asInstruction)
  const blocks = content.map(async (part) =>
    typeof part === 'object' && part.type === 'image_content'
      ? [await imageBlock(part, options.serializeImage)]
      : textBlocks([part]),
  )
  return (await Promise.all(blocks)).flat()
}

function callBlock({ call }: AnsweredCall): ContentBlock {
  return { toolUse: { toolUseId: toolUseId(call), name: call.name, input: readArguments(call) } }
}

function outputBlock({ call, output }: AnsweredCall): ContentBlock {
  const text = output.output.trim() === '' ? '(nothing)' : output.output
  return {
    toolResult: {
      toolUseId: toolUseId(call),
      content: [{ text }],
      ...(output.isError ? { status: 'error' as const } : {}),
    },
  }
}

function tellCall({ call }: AnsweredCall): ContentBlock {
  return { text: `[called ${call.name} with ${call.args || '{}'}]` }
}

function tellOutput({ call, output }: AnsweredCall): ContentBlock {
  return { text: `[${call.name} ${output.isError ? 'failed' : 'answered'}: ${output.output}]` }
}

/** Other models' ids may hold what Bedrock's must not. */
function toolUseId({ callId }: ChatCall): string {
  return callId.replace(/[^a-zA-Z0-9_.:-]/g, '_').slice(0, 64)
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** The model may have written something else than the object that Bedrock wants here. */
function readArguments({ args }: ChatCall): { [name: string]: Json } {
  try {
    const value: Json = JSON.parse(args === '' ? '{}' : args)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // told as it is
  }
  return { arguments: args }
}
