/** LiveKit Agents with the plugin as it is installed, before services on loopback. */
import { initializeLogger } from '@livekit/agents'
import { AudioFrame } from '@livekit/rtc-node'
import type { AwsOptions } from '@rolecall/livekit-plugin-aws'
import { onTestFinished } from 'vitest'
import {
  codedEars,
  codedVoice,
  type ModelEvent,
  startVoiceServices,
  type VoiceServices,
  type VoiceServicesOptions,
} from '../../voice-services/src/index.ts'

initializeLogger({ pretty: false, level: 'silent' })

export interface World {
  readonly services: VoiceServices
  /** For TTS, STT and LLM: keys of the services, counted. */
  readonly aws: AwsOptions
  readonly asked: unknown[]
}

export const ANSWER: readonly ModelEvent[] = [
  ['messageStart', { role: 'assistant' }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hello.' } }],
  ['contentBlockStop', { contentBlockIndex: 0 }],
  ['messageStop', { stopReason: 'end_turn' }],
  ['metadata', { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 }, metrics: { latencyMs: 1 } }],
]

export async function createWorld({
  lifeMs = 3_600_000,
  ...options
}: Partial<VoiceServicesOptions> & { lifeMs?: number } = {}): Promise<World> {
  const services = await startVoiceServices({ voice: codedVoice, ears: codedEars, model: () => ANSWER, ...options })
  onTestFinished(() => services.stop())
  const asked: unknown[] = []
  const credentials = async (request: unknown = {}) => {
    asked.push(request)
    return services.keyRing.issue(lifeMs)
  }
  return { services, aws: { region: 'us-east-1', endpoint: services.url, credentials }, asked }
}

/** Sound in frames of 20 ms, as a room gives it. */
export function toFrames(samples: Int16Array, sampleRate: number, channels = 1): AudioFrame[] {
  const each = (sampleRate / 50) * channels
  const frames: AudioFrame[] = []
  for (let at = 0; at < samples.length; at += each) {
    const part = samples.slice(at, at + each)
    frames.push(new AudioFrame(part, sampleRate, channels, part.length / channels))
  }
  return frames
}

export function samplesOf(frames: readonly AudioFrame[]): Int16Array {
  return Int16Array.from(frames.flatMap(({ data }) => [...data]))
}

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
}
