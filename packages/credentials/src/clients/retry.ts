import { CredentialsError } from '../errors.ts'
import type { Host } from '../model/host.ts'

const RETRIES = 3
const FIRST_DELAY_MS = 100

/** Failures that may be over the next moment: no answer, too busy, a body that makes no sense. */
const PASSING: readonly string[] = ['TIMEOUT', 'SOURCE_UNREACHABLE', 'RESPONSE_INVALID']

/** Statuses that say: try again. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 429
}

/** Up to 3 more attempts, a random part of 100, 200 and 400 ms apart. The caller's deadline bounds them all. */
export async function withRetries<T>(
  host: Host,
  signal: AbortSignal,
  attempt: () => Promise<T>,
  retries: number = RETRIES,
): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt()
    } catch (error) {
      const passing = error instanceof CredentialsError && PASSING.includes(error.code)
      if (!passing || retry === retries) throw error
      await host.sleep(host.random() * FIRST_DELAY_MS * 2 ** retry, signal)
    }
  }
}
