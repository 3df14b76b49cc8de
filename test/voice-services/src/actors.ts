/** Who speaks, who listens and who thinks behind the services. */

/** Reads texts out: 16-bit samples, mono. */
export type Voice = (text: string, sampleRate: number) => Promise<Buffer>

/** Understands one stream of sound. */
export interface Ear {
  /** What is understood after this piece of sound: each part again until it is final. */
  hear(samples: Int16Array): Promise<readonly HeardPart[]>
  /** The last words, once the sound is over. */
  end(): Promise<readonly HeardPart[]>
}

export type Ears = (sampleRate: number) => Ear

export interface HeardPart {
  readonly text: string
  readonly isFinal: boolean
  readonly fromSeconds: number
  readonly untilSeconds: number
}

/** Answers a request of Converse: the events of its stream, by name. It is scripted, and no model. */
export type ScriptedModel = (request: ConverseRequest) => AsyncIterable<ModelEvent> | Iterable<ModelEvent>

export type ModelEvent = readonly [type: string, body: object]

export interface ConverseRequest {
  readonly modelId: string
  readonly messages: readonly { role: string; content: readonly Record<string, unknown>[] }[]
  readonly system?: readonly Record<string, unknown>[]
  readonly toolConfig?: { readonly tools: readonly Record<string, unknown>[]; readonly toolChoice?: object }
  readonly [field: string]: unknown
}

/** Encodes samples as Polly's mp3. */
export type Mp3Encoder = (samples: Buffer, sampleRate: number) => Promise<Buffer>
