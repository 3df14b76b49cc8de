import type { CallNotes, HttpRequest } from '../service.ts'
import type { World } from '../world.ts'
import type { Xml } from './xml.ts'

export interface StsCall {
  readonly request: HttpRequest
  /** The parameters, from the query and the body. */
  readonly form: URLSearchParams
  readonly notes: CallNotes
}

/** Returns the content of the result element. @throws Refusal */
export type Operation = (call: StsCall, world: World) => Promise<{ readonly [name: string]: Xml }>
