/**
 * A voice agent on Amazon Transcribe, Bedrock and Polly, without a key in its code or its configuration. It runs
 *
 * - as a worker for a LiveKit server:          node agent.js dev
 * - over one call without a server or a room:  node call.js
 * - the same, without AWS:                     node offline.js
 */
import { fileURLToPath } from 'node:url'
import { cli, defineAgent, llm, ServerOptions, voice } from '@livekit/agents'
import { LLM, prewarmAws, STT, TTS } from '@rolecall/livekit-plugin-aws'
import { z } from 'zod'

const getWeather = llm.tool({
  name: 'getWeather',
  description: 'The weather in a city now',
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => `It is sunny in ${city} today.`,
})

export function createAgent() {
  return new voice.Agent({
    instructions: 'You answer questions about the weather on the telephone, in one short sentence.',
    tools: [getWeather],
  })
}

/**
 * @param {import('@rolecall/livekit-plugin-aws').AwsOptions} aws nothing, as a rule: all is found where it runs
 * @param {import('@livekit/agents').voice.AgentSessionOptions} options
 */
export function createSession(aws = {}, options = {}) {
  return new voice.AgentSession({
    ...options,
    stt: new STT({ ...aws, language: 'en-US' }),
    llm: new LLM({ ...aws, temperature: 0.3, maxOutputTokens: 200 }),
    tts: new TTS({ ...aws, voice: 'Ruth', engine: 'generative' }),
    turnHandling: { turnDetection: 'vad' },
  })
}

export default defineAgent({
  prewarm: (proc) => prewarmAws(proc),
  async entry(job) {
    const session = createSession()
    await session.start({ agent: createAgent(), room: job.room })
    await job.connect()
  },
})

const isMain = process.argv[1] === fileURLToPath(import.meta.url)
if (isMain) cli.runApp(new ServerOptions({ agent: fileURLToPath(import.meta.url) }))
