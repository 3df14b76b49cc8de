import { type APIError, llm, type metrics } from '@livekit/agents'
import { VideoBufferType, VideoFrame } from '@livekit/rtc-node'
import { LLM } from '@rolecall/livekit-plugin-aws'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { ConverseRequest, ModelEvent, VoiceServices } from '../../voice-services/src/index.ts'
import { ANSWER, createWorld, until } from './agents.ts'

const QUICK = { maxRetry: 3, retryIntervalMs: 10, timeoutMs: 5_000 }

const getWeather = llm.tool({
  name: 'getWeather',
  description: 'The weather in a city',
  parameters: z.object({ city: z.string().describe('a city') }),
  execute: async ({ city }) => `sunny in ${city}`,
})

function ask(...content: llm.ChatContent[]): llm.ChatContext {
  const chatCtx = llm.ChatContext.empty()
  chatCtx.addMessage({ role: 'system', content: 'Be brief.' })
  chatCtx.addMessage({ role: 'user', content })
  return chatCtx
}

function inputOf(services: VoiceServices, index = 0): Record<string, unknown> {
  return services.requests[index]?.input ?? {}
}

function watch(model: LLM) {
  const errors: { error: APIError; recoverable: boolean }[] = []
  const measured: metrics.LLMMetrics[] = []
  model.on('error', ({ error, recoverable }) => errors.push({ error: error as APIError, recoverable }))
  model.on('metrics_collected', (one) => measured.push(one))
  return { errors, measured }
}

test('an answer is streamed and measured', async () => {
  const { services, aws } = await createWorld()
  const model = new LLM({ ...aws, model: 'amazon.nova-2-lite-v1:0', temperature: 0.2, maxOutputTokens: 50 })
  const { measured } = watch(model)
  const answer = await model.chat({ chatCtx: ask('Hello.'), connOptions: QUICK }).collect()
  expect(answer).toMatchObject({
    text: 'Hello.',
    toolCalls: [],
    usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 },
  })
  expect(services.requests[0]?.input).toEqual({
    modelId: 'amazon.nova-2-lite-v1:0',
    system: [{ text: 'Be brief.' }],
    messages: [{ role: 'user', content: [{ text: 'Hello.' }] }],
    inferenceConfig: { temperature: 0.2, maxTokens: 50 },
  })
  await until(() => measured.length > 0)
  expect(measured[0]).toMatchObject({
    type: 'llm_metrics',
    label: 'aws.LLM',
    promptTokens: 3,
    completionTokens: 2,
    metadata: { modelProvider: 'Amazon Bedrock', modelName: 'amazon.nova-2-lite-v1:0' },
  })
})

/** Thinks, calls a tool, and tells what it gave. Scripted. */
function* weatherScript({ messages }: ConverseRequest): Generator<ModelEvent> {
  const result = messages.at(-1)?.content.find((block) => 'toolResult' in block)
  yield ['messageStart', { role: 'assistant' }]
  if (result) {
    const { content } = result['toolResult'] as { content: { text: string }[] }
    yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: `It is ${content[0]?.text}.` } }]
    yield ['contentBlockStop', { contentBlockIndex: 0 }]
    yield ['messageStop', { stopReason: 'end_turn' }]
    return
  }
  yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { text: 'A tool helps.' } } }]
  yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { reasoningContent: { signature: 'signed' } } }]
  yield ['contentBlockStop', { contentBlockIndex: 0 }]
  const start = { toolUse: { toolUseId: 'call_1', name: 'getWeather' } }
  yield ['contentBlockStart', { contentBlockIndex: 1, start }]
  yield ['contentBlockDelta', { contentBlockIndex: 1, delta: { toolUse: { input: '{"city":"Seattle"}' } } }]
  yield ['contentBlockStop', { contentBlockIndex: 1 }]
  yield ['messageStop', { stopReason: 'tool_use' }]
}

test('a tool is described, called and answered, and the reasoning before it goes back', async () => {
  const { services, aws } = await createWorld({ model: weatherScript })
  const model = new LLM({ ...aws, cacheSystem: true, cacheTools: true })
  const chatCtx = ask('The weather in Seattle?')
  const first = await model.chat({ chatCtx, toolCtx: [getWeather], toolChoice: 'required' }).collect()
  expect(first.text).toBe('')
  expect(first.toolCalls).toMatchObject([{ callId: 'call_1', name: 'getWeather', args: '{"city":"Seattle"}' }])
  const { toolConfig, system } = inputOf(services)
  expect(toolConfig).toEqual({
    tools: [
      {
        toolSpec: {
          name: 'getWeather',
          description: 'The weather in a city',
          inputSchema: {
            json: expect.objectContaining({
              type: 'object',
              properties: { city: { type: 'string', description: 'a city' } },
              required: ['city'],
            }),
          },
        },
      },
      { cachePoint: { type: 'default' } },
    ],
    toolChoice: { any: {} },
  })
  expect(JSON.stringify(toolConfig)).not.toContain('$schema')
  expect(system).toEqual([{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }])

  const [call] = first.toolCalls
  if (!call) throw new Error('no call')
  chatCtx.insert([
    call,
    llm.FunctionCallOutput.create({ callId: 'call_1', name: 'getWeather', output: 'sunny', isError: false }),
  ])
  const second = await model.chat({ chatCtx, toolCtx: [getWeather] }).collect()
  expect(second.text).toBe('It is sunny.')
  expect((inputOf(services, 1)['messages'] as unknown[]).slice(1)).toEqual([
    {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'A tool helps.', signature: 'signed' } } },
        { toolUse: { toolUseId: 'call_1', name: 'getWeather', input: { city: 'Seattle' } } },
      ],
    },
    { role: 'user', content: [{ toolResult: { toolUseId: 'call_1', content: [{ text: 'sunny' }] } }] },
  ])

  await model.chat({ chatCtx, toolCtx: [getWeather], toolChoice: 'none' }).collect()
  expect(services.requests[2]?.input).not.toHaveProperty('toolConfig')
  expect(JSON.stringify(services.requests[2]?.input)).not.toContain('toolUse')
})

test('a frame of video is encoded once', async () => {
  const { services, aws } = await createWorld()
  const frame = new VideoFrame(new Uint8Array(4 * 4 * 4).fill(128), 4, 4, VideoBufferType.RGBA)
  const chatCtx = ask('What is this?', llm.createImageContent({ image: frame }))
  const model = new LLM(aws)
  for (let turn = 0; turn < 2; turn++) await model.chat({ chatCtx }).collect()
  const [image, again] = services.requests.map(
    ({ input }) =>
      (input as { messages: { content: { image?: { format: string; source: { bytes: string } } }[] }[] }).messages[0]
        ?.content[1]?.image,
  )
  expect(image?.format).toBe('png')
  expect(
    Buffer.from(image?.source.bytes ?? '', 'base64')
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
  expect(again).toEqual(image)
})

test('too much at once, said before the first word, is tried again; after it, it is an error', async () => {
  const before = await createWorld()
  before.services.faults.next('bedrock', { kind: 'refuse', code: 'ThrottlingException', status: 400 })
  const patient = new LLM(before.aws)
  const { errors: passing } = watch(patient)
  expect((await patient.chat({ chatCtx: ask('Hi.'), connOptions: QUICK }).collect()).text).toBe('Hello.')
  expect(passing).toMatchObject([{ recoverable: true, error: { statusCode: 429, retryable: true } }])

  const after = await createWorld({
    model: () => [...ANSWER.slice(0, 2), ['throttlingException', { message: 'Too many tokens' }]],
  })
  const model = new LLM(after.aws)
  const { errors } = watch(model)
  expect((await model.chat({ chatCtx: ask('Hi.'), connOptions: QUICK }).collect()).text).toBe('Hello.')
  expect(errors).toMatchObject([{ recoverable: false, error: { statusCode: 429, retryable: false } }])
  expect(after.services.requests).toHaveLength(1)
})

test('an answer that is interrupted is let go; those that were heard out share a connection', async () => {
  const { services, aws } = await createWorld({
    async *model({ messages }) {
      if (JSON.stringify(messages).includes('Hi')) return yield* ANSWER
      for (;;) {
        yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'on and ' } }]
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
  })
  const model = new LLM(aws)
  for (let turn = 0; turn < 3; turn++) await model.chat({ chatCtx: ask('Hi.') }).collect()
  expect(services.connections).toEqual({ h2: 0, 'http/1.1': 1 })
  const stream = model.chat({ chatCtx: ask('Go on.') })
  await stream.next()
  stream.close()
  await until(() => services.open() === 0)
})

test('a model is warmed up without being asked, and takes that connection', async () => {
  const { services, aws } = await createWorld()
  const model = new LLM(aws)
  model.prewarm()
  await until(() => services.requests[0]?.outcome === 'UnknownOperationException')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await model.chat({ chatCtx: ask('Hi.') }).collect()
  expect(services.connections).toEqual({ h2: 0, 'http/1.1': 1 })
  await model.aclose()
})

test('what is forbidden is not tried again, and it is said to whom', async () => {
  const { services, aws } = await createWorld()
  const message = "You don't have access to the model with the specified model ID."
  services.faults.next('bedrock', { kind: 'refuse', code: 'AccessDeniedException', status: 403, message })
  const model = new LLM(aws)
  const { errors } = watch(model)
  await model.chat({ chatCtx: ask('Hi.'), connOptions: QUICK }).collect()
  expect(errors).toMatchObject([{ recoverable: false, error: { statusCode: 403 } }])
  expect(errors[0]?.error.message).toBe(
    `Bedrock: AccessDeniedException: ${message} The request was signed with ASIA…0001 from credentials`,
  )
})
