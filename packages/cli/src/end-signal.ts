const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Supervisors send a signal to a process and again to its group: what comes after the first changes nothing, so that the
 * end leaves nothing behind. It takes half a second at most.
 *
 * @returns the one that came first.
 */
export function waitForEndSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of END_SIGNALS) process.on(signal, resolve)
  })
}
