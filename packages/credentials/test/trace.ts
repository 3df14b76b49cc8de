import type { Trace } from '../src/model/provider.ts'

/** Listens to some of what a provider tells, and lets the rest pass. */
export function traceWith(parts: Partial<Trace>): Trace {
  return { fact: () => {}, step: () => {}, at: () => {}, warn: () => {}, use: () => {}, ...parts }
}
