import { expect, test } from 'vitest'
import { converseRequest, type ModelOptions } from '../src/bedrock/request.ts'

const CONVERSATION = { system: [{ text: 'Be brief.' }], messages: [] }
const TOOL = {
  name: 'getWeather',
  description: 'of a city',
  schema: { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object', properties: {} },
}
const SPEC = {
  toolSpec: { name: 'getWeather', description: 'of a city', inputSchema: { json: { type: 'object', properties: {} } } },
}
const CACHE_POINT = { cachePoint: { type: 'default' } }

const request = (options: ModelOptions, tools = [TOOL]) => converseRequest('m', CONVERSATION, tools, options)

test('what was not asked for is left to the model', () => {
  expect(request({}, [])).toEqual({ modelId: 'm', messages: [], system: [{ text: 'Be brief.' }] })
  expect(converseRequest('m', { system: [], messages: [] }, [], { cacheSystem: true })).toEqual({
    modelId: 'm',
    messages: [],
  })
})

test('every option has its place', () => {
  expect(
    request({
      temperature: 0,
      maxOutputTokens: 100,
      topP: 0.9,
      stopSequences: ['END'],
      cacheSystem: true,
      cacheTools: true,
      guardrail: { guardrailIdentifier: 'g', guardrailVersion: '1', streamProcessingMode: 'async' },
      latency: 'optimized',
      serviceTier: 'priority',
      requestMetadata: { team: 'voice' },
      additionalRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
    }),
  ).toEqual({
    modelId: 'm',
    messages: [],
    system: [{ text: 'Be brief.' }, CACHE_POINT],
    inferenceConfig: { temperature: 0, maxTokens: 100, topP: 0.9, stopSequences: ['END'] },
    toolConfig: { tools: [SPEC, CACHE_POINT] },
    guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', streamProcessingMode: 'async' },
    performanceConfig: { latency: 'optimized' },
    serviceTier: { type: 'priority' },
    requestMetadata: { team: 'voice' },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1024 } },
  })
})

test.each([
  ['auto', undefined],
  ['required', { any: {} }],
  [{ type: 'function', function: { name: 'getWeather' } }, { tool: { name: 'getWeather' } }],
] as const)('tool choice %j', (toolChoice, expected) => {
  expect(request({ toolChoice }).toolConfig?.toolChoice).toEqual(expected)
})
