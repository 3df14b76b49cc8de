import { type CredentialEvent, printable } from '@rolecall/credentials'
import { writeErr } from '../output.ts'

/** The milliseconds count from the start of the process. */
export function logDebug(text: string): void {
  writeErr(`rolecall: debug: ${performance.now().toFixed(1).padStart(7)} ms  ${printable(text)}\n`)
}

export function logEvent({ type, at: _at, ...fields }: CredentialEvent): void {
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value instanceof Date ? value.toISOString() : value}`)
  logDebug([type, ...shown].join(' '))
}
