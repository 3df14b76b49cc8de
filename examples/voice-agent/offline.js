/**
 * The call of call.js without AWS, an account or a network. Who is who:
 *
 * - identity: the sandbox of this repository. The agent believes it is a pod on EKS: it has a web identity token, and STS
 *   gives it a session of a few seconds for that
 * - Polly's voice: Flite. Transcribe's ears: PocketSphinx. Debian has both: apt-get install flite pocketsphinx
 *   pocketsphinx-en-us lame sox
 * - the model: a script of two lines. It asks for the weather, and reads out what it is told. It understands nothing
 *
 *   npm run build && node examples/voice-agent/offline.js
 */
import { initializeLogger } from '@livekit/agents'
import { startSandbox } from '@rolecall/sandbox'

const { fliteVoice, lameEncoder, pocketsphinxEars, recognise, startVoiceServices } = await import(
  process.env.VOICE_SERVICES ?? '../../test/voice-services/build/index.js'
)

const QUESTION = 'What is the weather like in Seattle today?'
const SESSION_SECONDS = 4
/** On a busy machine PocketSphinx and Flite take longer than a service may. */
const PATIENT = { connOptions: { sttConnOptions: { timeoutMs: 60_000 } }, ttsReadIdleTimeout: 60_000 }

function* script({ messages }) {
  const [result] = messages.at(-1).content.filter((block) => 'toolResult' in block)
  yield ['messageStart', { role: 'assistant' }]
  if (result) {
    yield [
      'contentBlockDelta',
      { contentBlockIndex: 0, delta: { text: JSON.parse(result.toolResult.content[0].text) } },
    ]
  } else {
    yield ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 'c1', name: 'getWeather' } } }]
    yield ['contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input: '{"city":"Seattle"}' } } }]
  }
  yield ['contentBlockStop', { contentBlockIndex: 0 }]
  yield ['messageStop', { stopReason: result ? 'end_turn' : 'tool_use' }]
  yield ['metadata', { usage: { inputTokens: 20, outputTokens: 8, totalTokens: 28 }, metrics: { latencyMs: 1 } }]
}

const sandbox = await startSandbox({ longestSessionSeconds: SESSION_SECONDS })
const services = await startVoiceServices({
  voice: fliteVoice,
  ears: pocketsphinxEars,
  model: script,
  encodeMp3: lameEncoder,
  authenticate: (request) => sandbox.authenticate(request),
})
for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
Object.assign(process.env, await sandbox.env('web-identity'), {
  AWS_ENDPOINT_URL_POLLY: services.url,
  AWS_ENDPOINT_URL_TRANSCRIBE_STREAMING: services.url,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: services.url,
})

initializeLogger({ pretty: true, level: 'error' })
const { createSession } = await import('./agent.js')
const { call, tell } = await import('./call.js')
const question = await fliteVoice(QUESTION, 16_000)
const session = createSession({}, PATIENT)
const result = await call(new Int16Array(Uint8Array.from(question).buffer), session)
tell(result)
console.log(`which is: ${await recognise(Buffer.from(result.sound.buffer), 16_000)}`)
const sessions = sandbox.calls.filter(({ operation }) => operation === 'AssumeRoleWithWebIdentity').length
const refused = services.requests.filter(({ outcome }) => /Expired|Invalid/.test(outcome)).length
console.log(`sessions of ${SESSION_SECONDS} s: ${sessions}, requests refused: ${refused}`)

await services.stop()
await sandbox.stop()
process.exit(0)
