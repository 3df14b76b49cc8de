/**
 * Asks each real service once: Polly speaks a sentence, Transcribe has to understand it, a model has to answer. For the day
 * on which there is an account; it costs less than a cent.
 *
 *   AWS_REGION=us-east-1 node live.js
 */
import { initializeLogger, llm, stt, tts } from '@livekit/agents'
import { AudioFrame } from '@livekit/rtc-node'
import { LLM, STT, TTS } from '@rolecall/livekit-plugin-aws'

const SENTENCE = 'What is the weather like in Seattle today?'
const HERTZ = 16_000

initializeLogger({ pretty: true, level: 'warn' })
process.on('unhandledRejection', fail)

const frames = await timed('Polly', () => speak(SENTENCE))
const understood = await timed('Transcribe', () => understand(frames))
console.log(`  said: ${SENTENCE}\n  understood: ${understood}`)
const answer = await timed('Bedrock', () => ask(SENTENCE))
console.log(`  answered: ${answer}`)
process.exit(understood && answer ? 0 : 1)

async function speak(text) {
  const stream = watched(new TTS({ sampleRate: HERTZ })).stream()
  stream.pushText(text)
  stream.endInput()
  const frames = []
  for await (const audio of stream) if (audio !== tts.SynthesizeStream.END_OF_STREAM) frames.push(audio.frame)
  return frames
}

async function understand(frames) {
  const stream = watched(new STT({ sampleRate: HERTZ, language: 'en-US' })).stream()
  const second = new AudioFrame(new Int16Array(HERTZ), HERTZ, 1, HERTZ)
  for (const frame of [...frames, second]) stream.pushFrame(frame)
  stream.endInput()
  const finals = []
  for await (const { type, alternatives } of stream)
    if (type === stt.SpeechEventType.FINAL_TRANSCRIPT) finals.push(alternatives[0].text)
  return finals.join(' ')
}

async function ask(text) {
  const chatCtx = llm.ChatContext.empty()
  chatCtx.addMessage({ role: 'user', content: text })
  const { text: answer } = await watched(new LLM({ maxOutputTokens: 60 }))
    .chat({ chatCtx })
    .collect()
  return answer
}

function watched(service) {
  service.on('error', ({ error, recoverable }) => recoverable || fail(error))
  return service
}

async function timed(name, work) {
  const startedMs = Date.now()
  const result = await work()
  console.log(`${name}: ${Date.now() - startedMs} ms`)
  return result
}

function fail(error) {
  console.error(error.message)
  process.exit(1)
}
