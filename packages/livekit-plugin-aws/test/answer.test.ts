import type { ConverseStreamOutput } from '@aws-sdk/client-bedrock-runtime'
import { expect, test } from 'vitest'
import { readAnswer } from '../src/bedrock/answer.ts'
import { readReasoning } from '../src/bedrock/reasoning.ts'
import { collect } from './world.ts'

const MODEL = 'anthropic.claude'

async function read(...events: readonly object[]) {
  async function* stream() {
    yield* events as ConverseStreamOutput[]
  }
  return collect(readAnswer(stream(), MODEL))
}

const delta = (contentBlockIndex: number, content: object) => ({
  contentBlockDelta: { contentBlockIndex, delta: content },
})
const begin = (contentBlockIndex: number, toolUseId: string, name: string, more = {}) => ({
  contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId, name, ...more } } },
})
const end = (contentBlockIndex: number) => ({ contentBlockStop: { contentBlockIndex } })

test('text comes as it is written; a call once its arguments are whole', async () => {
  const parts = await read(
    { messageStart: { role: 'assistant' } },
    delta(0, { text: 'Let me ' }),
    delta(0, { text: 'see.' }),
    end(0),
    begin(1, 'call_1', 'getWeather'),
    delta(1, { toolUse: { input: '{"city":' } }),
    delta(1, { toolUse: { input: '"Seattle"}' } }),
    end(1),
    begin(2, 'call_2', 'getTime'),
    end(2),
    { messageStop: { stopReason: 'tool_use' } },
  )
  expect(parts).toEqual([
    { kind: 'text', text: 'Let me ' },
    { kind: 'text', text: 'see.' },
    { kind: 'call', callId: 'call_1', name: 'getWeather', args: '{"city":"Seattle"}', extra: {} },
    { kind: 'call', callId: 'call_2', name: 'getTime', args: '{}', extra: {} },
  ])
})

test('a call that breaks off, or that the model answers itself, is none', async () => {
  expect(await read(begin(0, 'call_1', 'getWeather'), delta(0, { toolUse: { input: '{"ci' } }))).toEqual([])
  expect(await read(begin(0, 'call_1', 'search', { type: 'server_tool_use' }), end(0))).toEqual([])
})

test('what was read from the cache, and written to it, is part of the prompt', async () => {
  const usage = {
    inputTokens: 11,
    outputTokens: 7,
    totalTokens: 18,
    cacheReadInputTokens: 100,
    cacheWriteInputTokens: 20,
  }
  expect(await read({ metadata: { usage } })).toEqual([
    { kind: 'usage', prompt: 131, promptFromCache: 100, promptToCache: 20, completion: 7, total: 138 },
  ])
})

test('reasoning is not spoken; it travels with the first call, through JSON, back to the model it is of', async () => {
  const redacted = new Uint8Array([1, 2, 255])
  const parts = await read(
    delta(0, { reasoningContent: { text: 'The user ' } }),
    delta(0, { reasoningContent: { text: 'wants to know.' } }),
    delta(0, { reasoningContent: { signature: 'abc' } }),
    end(0),
    delta(1, { reasoningContent: { redactedContent: redacted } }),
    end(1),
    begin(2, 'call_1', 'getWeather'),
    end(2),
    begin(3, 'call_2', 'getTime'),
    end(3),
  )
  expect(parts).toHaveLength(2)
  const [first, second] = JSON.parse(JSON.stringify(parts))
  expect(readReasoning(first.extra, MODEL)).toEqual([
    { reasoningContent: { reasoningText: { text: 'The user wants to know.', signature: 'abc' } } },
    { reasoningContent: { redactedContent: Buffer.from(redacted) } },
  ])
  expect(readReasoning(first.extra, 'another.model')).toEqual([])
  expect(second.extra).toEqual({})
})
