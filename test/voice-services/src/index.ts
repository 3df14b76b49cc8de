import type { Ears, Mp3Encoder, ScriptedModel, Voice } from './actors.ts'
import { converseStream } from './bedrock.ts'
import {
  authenticate,
  checkSignature,
  type Ledger,
  Refusal,
  type Request,
  type Response,
  readBody,
  readEvents,
  sendRefusal,
} from './exchange.ts'
import { type Exchange, type ExchangeRecord, withFault } from './exchange-context.ts'
import { createFaults, type Faults, type ServiceName } from './faults.ts'
import { createKeyRing, type KeyRing } from './keys.ts'
import { synthesizeSpeech, synthesizeStream } from './polly.ts'
import { listen } from './server.ts'
import { transcribe } from './transcribe.ts'

export type { ConverseRequest, Ear, Ears, HeardPart, ModelEvent, Mp3Encoder, ScriptedModel, Voice } from './actors.ts'
export { codedEars, codedVoice } from './coded-speech.ts'
export type { ExchangeRecord } from './exchange-context.ts'
export type { Fault } from './faults.ts'
export type { IssuedKeys, KeyRing } from './keys.ts'
export { PACKAGES } from './program.ts'
export { fliteVoice, lameEncoder, pocketsphinxEars, recognise } from './real-speech.ts'

export interface VoiceServicesOptions {
  readonly voice: Voice
  readonly ears: Ears
  readonly model: ScriptedModel
  readonly encodeMp3?: Mp3Encoder
  readonly port?: number
  readonly pollyIdleMs?: number
  /** An answer of speech that is longer breaks off. */
  readonly pollyDropAfterBytes?: number
  /** Between two pieces of an answer of speech. */
  readonly pollyDripMs?: number
  readonly transcribeIdleMs?: number
  /** Who checks the callers. Default: the services themselves, by keys that they gave out. */
  readonly authenticate?: (request: SignedCall) => Promise<unknown>
  /** The services' time as against this machine's. */
  readonly clockOffsetMs?: number
}

/** Polly, Transcribe and Bedrock on loopback, as far as a voice agent talks to them. Every signature is checked. */
export interface VoiceServices {
  readonly url: string
  readonly keyRing: KeyRing
  readonly faults: Faults
  readonly requests: readonly ExchangeRecord[]
  readonly connections: { readonly h2: number; readonly 'http/1.1': number }
  /** Connections that are open now. */
  open(): number
  readonly ledger: Readonly<Ledger>
  stop(): Promise<void>
}

export async function startVoiceServices(options: VoiceServicesOptions): Promise<VoiceServices> {
  const clock = { now: () => Date.now() + (options.clockOffsetMs ?? 0) }
  const keyRing = createKeyRing(() => Date.now())
  const faults = createFaults()
  const ledger: Ledger = { badSignatures: [], goodEvents: 0, expired: 0 }
  const requests: ExchangeRecord[] = []
  const polly = {
    voice: options.voice,
    encodeMp3: options.encodeMp3,
    idleMs: options.pollyIdleMs ?? 5_000,
    pieceBytes: 7_001,
    dropAfterBytes: options.pollyDropAfterBytes ?? Number.POSITIVE_INFINITY,
    dripMs: options.pollyDripMs ?? 0,
    drop: (request: Request) => server.drop(request),
  }
  const hearing = { ears: options.ears, idleMs: options.transcribeIdleMs ?? 15_000 }

  const answer = (path: string, exchange: Exchange): Promise<void> => {
    if (path === '/v1/speech') return synthesizeSpeech(exchange, polly)
    if (path === '/v1/synthesisStream') return synthesizeStream(exchange, polly)
    if (path === '/stream-transcription') return transcribe(exchange, hearing)
    return converseStream(exchange, options.model)
  }

  const handle = async (request: Request, response: Response): Promise<void> => {
    const path = request.url ?? ''
    const service = serviceOf(path)
    const drop = (): void => server.drop(request)
    const fault = service && faults.take(service)
    const record: ExchangeRecord = {
      service: service ?? path,
      accessKeyId: /Credential=([^/]+)/.exec(String(request.headers.authorization))?.[1] ?? '',
      authorization: String(request.headers.authorization),
      connection: server.numberOf(request),
      protocol: request.httpVersionMajor === 2 ? 'h2' : 'http/1.1',
      input: {},
      events: [],
      outcome: 'open',
    }
    requests.push(record)
    response.setHeader('date', new Date(clock.now()).toUTCString())
    try {
      if (!service) throw new Refusal('UnknownOperationException', 404, 'there is no such page')
      if (fault?.kind === 'hang') return
      if (fault?.kind === 'drop' && fault.afterEvents === undefined) return drop()
      const caller = options.authenticate ? undefined : authenticate(request, keyRing, clock, ledger)
      if (fault?.kind === 'refuse') throw new Refusal(fault.code, fault.status, fault.message ?? fault.code)
      const isStream = request.headers['x-amz-content-sha256'] === 'STREAMING-AWS4-HMAC-SHA256-EVENTS'
      const body = isStream ? Buffer.alloc(0) : await readBody(request)
      if (caller) checkSignature(request, caller, body, ledger)
      else await letIn(options.authenticate, request, service, body)
      const checks = caller && { ...caller, keyRing, clock, ledger }
      const events = (): ReturnType<Exchange['events']> => withFault(readEvents(request, checks), fault, drop)
      await answer(path, { request, response, body, record, events })
      record.outcome = 'answered'
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal('InternalFailureException', 500, String(error))
      record.outcome = response.destroyed || request.destroyed || request.aborted ? 'left' : refusal.code
      if (refusal.status > 0) sendRefusal(response, refusal)
    }
  }

  const server = await listen(options.port ?? 0, (request, response) => void handle(request, response))
  return {
    url: server.url,
    keyRing,
    faults,
    requests,
    connections: server.connections,
    open: server.open,
    ledger,
    stop: server.stop,
  }
}

/** As `authenticate` of the sandbox takes it. */
export interface SignedCall {
  readonly service: string
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

async function letIn(
  authenticate: VoiceServicesOptions['authenticate'],
  request: Request,
  service: ServiceName,
  body: Uint8Array,
): Promise<void> {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const host = headers['host'] ?? headers[':authority'] ?? ''
  const call = { service, method: request.method ?? '', path: request.url ?? '', headers: { ...headers, host }, body }
  await authenticate?.(call).catch((error: { code?: string; status?: number; message?: string }) => {
    throw new Refusal(error.code ?? 'AccessDeniedException', error.status ?? 403, error.message ?? '')
  })
}

function serviceOf(path: string): ServiceName | undefined {
  if (path === '/v1/speech' || path === '/v1/synthesisStream') return 'polly'
  if (path === '/stream-transcription') return 'transcribe'
  return /^\/model\/[^/]+\/converse-stream$/.test(path) ? 'bedrock' : undefined
}
