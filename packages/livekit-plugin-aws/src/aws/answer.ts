// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** One request and its answer, from the beginning to the end or to where somebody gives it up. */
import { leaveConnections } from './clients.ts'
import type { ClientConfig, Connection } from './connection.ts'
import { type Ending, endingWith } from './ending.ts'
import { within } from './time-limit.ts'

/** How long is waited for the beginning of an answer, and who may give it up. */
export interface Waiting {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** An answer that has begun. */
export interface Answer<T> {
  readonly answer: T
  /** Its pieces, each within the time. Left before its end, the answer is let go. */
  pieces<P>(of: (answer: T) => AsyncIterable<P> | undefined, timeoutMs: number): AsyncGenerator<P>
}

/** Asks, and comes back when the answer begins. */
export async function beginAnswer<T>(
  connection: Connection,
  { timeoutMs, signal }: Waiting,
  ask: (config: ClientConfig, abortSignal: AbortSignal) => Promise<T>,
): Promise<Answer<T>> {
  const { answer, ending } = await connection.call(async (config) => {
    const ending = endingWith(signal)
    try {
      return { answer: await within(timeoutMs, ending.signal, ask(config, ending.signal)), ending }
    } catch (error) {
      giveUp(ending, error)
      throw error
    }
  })
  return { answer, pieces: (of, pieceMs) => eachWithin(of(answer), pieceMs, ending) }
}

async function* eachWithin<P>(
  pieces: AsyncIterable<P> | undefined,
  timeoutMs: number,
  ending: Ending,
): AsyncGenerator<P> {
  const iterator = pieces?.[Symbol.asyncIterator]()
  let isWhole = iterator === undefined
  try {
    while (iterator) {
      const { done, value } = await within(timeoutMs, ending.signal, iterator.next())
      isWhole = done === true
      if (done) return
      yield value
    }
  } catch (error) {
    giveUp(ending, error)
    throw error
  } finally {
    if (isWhole) ending.release()
    else ending.end()
  }
}

/** After a time-out the connection may be dead without a sign of it: what comes next takes a new one. */
function giveUp(ending: Ending, error: unknown): void {
  ending.end(error)
  if (error instanceof Error && error.name === 'TimeoutError') leaveConnections()
}
