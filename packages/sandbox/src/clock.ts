/** The sandbox's own time: the machine's, moved by an offset. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** From here on it is `epochMs`, and time goes on from there. */
  set(epochMs: number): void
}

export function createClock(): Clock {
  let offsetMs = 0
  return {
    now: () => Date.now() + offsetMs,
    set: (epochMs) => {
      if (!Number.isFinite(epochMs)) throw new TypeError('The time is a number of epoch milliseconds')
      offsetMs = epochMs - Date.now()
    },
  }
}

/** AWS writes instants to the second: 2026-01-02T03:04:05Z. */
export function formatInstant(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
