// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** As much of a chat context of LiveKit Agents as is read here. */
export type ChatItem = ChatMessage | ChatCall | ChatOutput | { readonly type: 'agent_handoff' | 'agent_config_update' }

export interface ChatMessage {
  readonly type: 'message'
  /** Of an answer that called tools, the beginning of their ids as well: `ID/fnc_0`. */
  readonly id: string
  readonly role: 'developer' | 'system' | 'user' | 'assistant'
  readonly content: readonly ChatContent[]
}

export type ChatContent =
  | string
  | { readonly type: 'instructions'; readonly value: string }
  | { readonly type: 'audio_content'; readonly transcript?: string | undefined }
  | ChatImage

export interface ChatImage {
  readonly type: 'image_content'
  /** A URL, or what only the framework can turn into bytes. */
  readonly image: unknown
  readonly mimeType?: string | undefined
}

export interface ChatCall {
  readonly type: 'function_call'
  readonly id: string
  readonly callId: string
  readonly name: string
  /** JSON. */
  readonly args: string
  /** Calls that were made at once. */
  readonly groupId?: string | undefined
  readonly extra: Readonly<Record<string, unknown>>
}

export interface ChatOutput {
  readonly type: 'function_call_output'
  readonly callId: string
  readonly name: string
  readonly output: string
  readonly isError: boolean
}

/** Bytes and their type, or where they are. */
export interface SerializedImage {
  readonly base64Data?: string | undefined
  readonly mimeType?: string | undefined
  readonly externalUrl?: string | undefined
}
