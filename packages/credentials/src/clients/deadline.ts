import type { Host } from '../model/host.ts'

/** Never leaves the clients and providers: they say whose time was up. */
export class DeadlinePassed extends Error {}

/**
 * Settles when the host's clock passes the deadline or the caller gives up, even where the work does neither.
 * Whichever ends first, the sleep or the work, aborts the other.
 */
export async function withDeadline<T>(
  host: Host,
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const deadline = host.sleep(timeoutMs, either).then(() => {
    throw new DeadlinePassed()
  })
  const working = (async () => work(either))() // a promise, also of work that throws at once
  working.catch(() => {}) // when the deadline has won nobody listens any more
  try {
    return await Promise.race([working, deadline])
  } catch (error) {
    signal.throwIfAborted() // the caller gave up: that is nobody's fault
    throw error
  } finally {
    over.abort()
  }
}
