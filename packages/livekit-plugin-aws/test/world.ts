import type { StaticKeys } from '@rolecall/credentials'
import { onTestFinished, vi } from 'vitest'
import {
  codedEars,
  codedVoice,
  type ModelEvent,
  startVoiceServices,
  type VoiceServices,
  type VoiceServicesOptions,
} from '../../../test/voice-services/src/index.ts'
import { type Connection, connect } from '../src/aws/connection.ts'
import type { CredentialProvider } from '../src/aws/options.ts'

/** Services on loopback with voices that a program can read, and a caller whose keys are counted. */
export interface World {
  readonly services: VoiceServices
  readonly connection: Connection
  /** What the source of credentials was asked. */
  readonly asked: { readonly forceRefresh?: boolean }[]
  readonly signal: AbortSignal
}

export interface WorldOptions extends Partial<VoiceServicesOptions> {
  readonly lifeMs?: number
}

const ANSWER: readonly ModelEvent[] = [
  ['messageStart', { role: 'assistant' }],
  ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hello.' } }],
  ['contentBlockStop', { contentBlockIndex: 0 }],
  ['messageStop', { stopReason: 'end_turn' }],
  ['metadata', { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 }, metrics: { latencyMs: 1 } }],
]

export async function createWorld({ lifeMs = 3_600_000, ...options }: WorldOptions = {}): Promise<World> {
  const services = await startVoiceServices({ voice: codedVoice, ears: codedEars, model: () => ANSWER, ...options })
  onTestFinished(() => services.stop())
  const asked: { forceRefresh?: boolean }[] = []
  const credentials: CredentialProvider = async (request = {}): Promise<StaticKeys> => {
    asked.push(request)
    return services.keyRing.issue(lifeMs)
  }
  const connection = connect({ region: 'us-east-1', endpoint: services.url, credentials })
  const ending = new AbortController()
  onTestFinished(() => ending.abort())
  return { services, connection, asked, signal: ending.signal }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

export async function collectBytes(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await collect(pieces))
}

/** The time of day, here and at the services. Nothing else waits for it. */
export function createClock(): { pass(milliseconds: number): void } {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  return { pass: (milliseconds) => vi.setSystemTime(Date.now() + milliseconds) }
}
