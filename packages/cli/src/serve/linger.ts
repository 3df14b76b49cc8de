/** The end of a process whose sources may still be asked. */

const LINGER_MS = 200

/** A request that nobody waits for does not keep the process. */
export function endSoon(): void {
  setTimeout(() => process.exit(), LINGER_MS).unref()
}
