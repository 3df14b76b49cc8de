import type { Request, Response } from './exchange.ts'
import { Refusal } from './exchange.ts'
import type { Fault } from './faults.ts'

/** One request that a service answers, let in and checked. */
export interface Exchange {
  readonly request: Request
  readonly response: Response
  readonly body: Buffer
  /** What the record says about it; grows while it is answered. */
  readonly record: ExchangeRecord
  /** Of a stream: its events. Faults that count them happen here. */
  events(): AsyncGenerator<{ type: string; body: Uint8Array }>
}

export interface ExchangeRecord {
  readonly service: string
  readonly accessKeyId: string
  readonly authorization: string
  /** Numbers the connections in the order in which they were opened. */
  readonly connection: number
  readonly protocol: 'h2' | 'http/1.1'
  /** What was asked for: a body, or the headers of a stream. */
  readonly input: Record<string, unknown>
  /** Of a stream: what came in. */
  readonly events: { readonly type: string; readonly body: unknown }[]
  outcome: string
}

/** Lets faults happen among the events of a request. */
export async function* withFault<T>(
  events: AsyncIterable<T>,
  fault: Fault | undefined,
  drop: () => void,
): AsyncGenerator<T> {
  let seen = 0
  const happen = (): void => {
    if (fault?.kind === 'drop' && seen >= (fault.afterEvents ?? 0)) {
      drop()
      throw new Refusal('dropped', 0, 'the connection was dropped')
    }
    if (fault?.kind === 'exception' && seen >= fault.afterEvents) throw new Refusal(fault.code, 400, fault.message)
  }
  happen()
  for await (const event of events) {
    yield event
    seen += 1
    happen()
  }
}
