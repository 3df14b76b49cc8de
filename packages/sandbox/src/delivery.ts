/** Sends an answer, well or badly. */
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRule } from './faults.ts'
import type { Answer } from './service.ts'

const DRIP_INTERVAL_MS = 400

export type DeliveryFault = Pick<FaultRule, 'delayMs' | 'truncateAfterBytes' | 'drip'>

/** Returns when all is sent, or at once when the connection ends. */
export async function deliver(response: ServerResponse, answer: Answer, fault: DeliveryFault): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    if (fault.delayMs) await sleep(fault.delayMs, undefined, { signal: gone.signal })
    const body = Buffer.from(answer.body)
    response.writeHead(answer.status, { ...answer.headers, 'content-length': body.byteLength })
    const part = body.subarray(0, fault.truncateAfterBytes ?? body.byteLength)
    if (fault.drip) await drip(response, part, gone.signal)
    else await write(response, part)
    if (fault.truncateAfterBytes === undefined) response.end()
    else response.socket?.resetAndDestroy()
  } catch (error) {
    if (!gone.signal.aborted) throw error
  }
}

async function drip(response: ServerResponse, body: Uint8Array, signal: AbortSignal): Promise<void> {
  response.flushHeaders()
  for (const byte of body) {
    await sleep(DRIP_INTERVAL_MS, undefined, { signal })
    await write(response, Uint8Array.of(byte))
  }
}

/** Resolves once the bytes are with the operating system, so that a reset comes after them. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  response.flushHeaders()
  if (bytes.byteLength === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    response.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}
