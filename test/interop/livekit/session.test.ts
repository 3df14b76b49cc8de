/** The agent of examples/voice-agent, in a session without a room: once as a part of this program, once as anybody runs it. */
import { execFile } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { JobProcess, Plugin } from '@livekit/agents'
import { LLM, prewarmAws, STT, TTS } from '@rolecall/livekit-plugin-aws'
import { beforeAll, expect, test } from 'vitest'
import {
  type ConverseRequest,
  fliteVoice,
  type IssuedKeys,
  lameEncoder,
  type ModelEvent,
  pocketsphinxEars,
  recognise,
  type VoiceServices,
} from '../../voice-services/src/index.ts'
import { createWorld } from './agents.ts'

const ROOT = join(import.meta.dirname, '../../..')
/** Where the framework and the plugin are installed, the example finds them. */
const EXAMPLE = join(import.meta.dirname, '.example')
/** On a busy machine PocketSphinx and Flite take longer than a service may. */
const PATIENT = { connOptions: { sttConnOptions: { timeoutMs: 60_000 } }, ttsReadIdleTimeout: 60_000 }
const QUESTION = 'What is the weather like in Seattle today?'

beforeAll(() => {
  rmSync(EXAMPLE, { recursive: true, force: true })
  cpSync(join(ROOT, 'examples/voice-agent'), EXAMPLE, { recursive: true })
  return () => rmSync(EXAMPLE, { recursive: true, force: true })
})

function* script({ messages }: ConverseRequest): Generator<ModelEvent> {
  const result = messages.at(-1)?.content.find((block) => 'toolResult' in block)
  const { content } = (result?.['toolResult'] ?? {}) as { content?: { text: string }[] }
  yield ['messageStart', { role: 'assistant' }]
  if (content)
    yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: JSON.parse(content[0]?.text ?? '') } }]
  else {
    yield ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'c', name: 'getWeather' } } }]
    yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: '{"city":"Seattle"}' } } }]
  }
  yield ['contentBlockStop', { contentBlockIndex: 0 }]
  yield ['messageStop', { stopReason: content ? 'end_turn' : 'tool_use' }]
}

test('with keys that live 4 seconds a question is heard, a tool called, and the answer spoken', async () => {
  const { services, aws } = await createWorld({
    lifeMs: 4_000,
    voice: fliteVoice,
    ears: pocketsphinxEars,
    encodeMp3: lameEncoder,
    model: script,
  })
  const { call } = await import(join(EXAMPLE, 'call.js'))
  const { createSession } = await import(join(EXAMPLE, 'agent.js'))
  const question = await fliteVoice(QUESTION, 16_000)
  const samples = new Int16Array(Uint8Array.from(question).buffer)
  const { heard, tools, answer, sound } = await call(samples, createSession(aws, PATIENT))
  expect({ heard, tools, answer }).toEqual({
    heard: 'what is the weather like in seattle today',
    tools: ['getWeather'],
    answer: 'It is sunny in Seattle today.',
  })
  expect(await recognise(Buffer.from(sound.buffer), 16_000)).toBe('it is sunny in seattle today')
  expect(services.keyRing.count).toBeGreaterThan(1)
  expect(services.ledger.badSignatures).toEqual([])
  expect(services.ledger.goodEvents).toBeGreaterThan(30)
})

test('offline.js does so with sessions of the sandbox', async () => {
  const env = { ...process.env, VOICE_SERVICES: join(ROOT, 'test/voice-services/build/index.js') }
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', 'offline.js'], { cwd: EXAMPLE, env })
  expect(stdout.split('\n')).toEqual([
    'heard:    what is the weather like in seattle today',
    'called:   getWeather',
    expect.stringMatching(/^answered: It is sunny in Seattle today\. \(\d\.\d s of speech\)$/),
    'which is: it is sunny in seattle today',
    expect.stringMatching(/^sessions of 4 s: [2-9]\d*, requests refused: 0$/),
    '',
  ])
})

test('live.js asks each service once', async () => {
  const { services } = await createWorld()
  const keys = services.keyRing.issue(3_600_000)
  const env = { ...process.env, ...variablesOf(services, keys) }
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', 'live.js'], { cwd: EXAMPLE, env })
  expect(stdout.replace(/\d+ ms/g, 'N ms').split('\n')).toEqual([
    'Polly: N ms',
    'Transcribe: N ms',
    '  said: What is the weather like in Seattle today?',
    '  understood: What is the weather like in Seattle today?',
    'Bedrock: N ms',
    '  answered: Hello.',
    '',
  ])
})

function variablesOf({ url }: VoiceServices, keys: IssuedKeys): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
    AWS_ENDPOINT_URL_POLLY: url,
    AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: url,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url,
  }
}

test('keys that were found before the call are those of the call', async () => {
  const { services } = await createWorld()
  const keys = services.keyRing.issue(3_600_000)
  const before = { ...process.env }
  try {
    Object.assign(process.env, variablesOf(services, keys))
    await prewarmAws(new JobProcess())
    expect((await new TTS().synthesize('Hello.').collect()).samplesPerChannel).toBeGreaterThan(0)
    expect(services.requests.map(({ accessKeyId, outcome }) => [accessKeyId, outcome])).toEqual([
      [keys.accessKeyId, 'answered'],
    ])
    process.env['AWS_PROFILE'] = 'rolecall-no-such-profile'
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) delete process.env[name]
    await prewarmAws(new JobProcess()) // says so in the log, and the call will again
    await prewarmAws(new JobProcess(), { endpoint: 'no URL' })
  } finally {
    process.env = before
  }
})

test('the framework knows the plugin', () => {
  expect(Plugin.registeredPlugins.map(({ title, version, package: name }) => [title, version, name])).toEqual([
    ['aws', '0.1.0', '@rolecall/livekit-plugin-aws'],
  ])
  const aws = { region: 'us-east-1' }
  expect([new TTS(aws).label, new STT(aws).label, new LLM(aws).label()]).toEqual(['aws.TTS', 'aws.STT', 'aws.LLM'])
})
