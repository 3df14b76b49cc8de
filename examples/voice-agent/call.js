/**
 * One call to the agent, without a room: a question is played to it, and its answer is kept.
 *
 *   node call.js question.wav [answer.wav]     16 kHz, 16 bits, mono
 *
 * Region and credentials are found where it runs: a profile, IAM Identity Center, a role of the machine…
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { initializeLogger } from '@livekit/agents'
import { createAgent, createSession } from './agent.js'
import { Ear, Mouth } from './telephone.js'

const WAV_HEADER_BYTES = 44
const LONGEST_CALL_MS = 100_000

/**
 * @param {Int16Array} question
 * @param {ReturnType<typeof createSession>} session
 */
export async function call(question, session = createSession()) {
  const mouth = new Mouth()
  const ear = new Ear()
  const heard = []
  const tools = []
  session.on('user_input_transcribed', ({ transcript, isFinal }) => isFinal && heard.push(transcript))
  session.on('function_tools_executed', ({ functionCalls }) => tools.push(...functionCalls.map(({ name }) => name)))
  const answered = new Promise((resolve, reject) => {
    session.on('conversation_item_added', ({ item }) => item.role === 'assistant' && resolve(item.textContent))
    session.on('error', ({ error }) => reject(error.error ?? error))
    setTimeout(reject, LONGEST_CALL_MS, new Error('no answer')).unref()
  })

  session.input.audio = mouth
  session.output.audio = ear
  await session.start({ agent: createAgent() })
  mouth.say(question)
  try {
    const answer = await answered
    return { heard: heard.join(' '), tools, answer, sound: Int16Array.from(ear.heard.flatMap((part) => [...part])) }
  } finally {
    await session.close()
    await mouth.close()
  }
}

/** @param {Uint8Array} wav */
export function readWav(wav) {
  return new Int16Array(Uint8Array.from(wav.subarray(WAV_HEADER_BYTES)).buffer)
}

/** @param {Int16Array} samples */
export function writeWav(samples) {
  const header = Buffer.alloc(WAV_HEADER_BYTES)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(16_000, 24)
  header.writeUInt32LE(32_000, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.byteLength, 40)
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)])
}

/** @param {Awaited<ReturnType<typeof call>>} result */
export function tell({ heard, tools, answer, sound }) {
  console.log(`heard:    ${heard}`)
  console.log(`called:   ${tools.join(', ') || 'nothing'}`)
  console.log(`answered: ${answer} (${(sound.length / 16_000).toFixed(1)} s of speech)`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , question, answer] = process.argv
  if (!question) {
    console.error('node call.js question.wav [answer.wav]')
    process.exit(2)
  }
  initializeLogger({ pretty: true, level: 'warn' })
  const result = await call(readWav(readFileSync(question)))
  tell(result)
  if (answer) writeFileSync(answer, writeWav(result.sound))
  process.exit(0)
}
