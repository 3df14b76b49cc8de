/**
 * Functions of the program that uses this library: providers of its own, and what it gives tokens, keys and codes by. What
 * they do is theirs; how long it may take is not.
 */
import { CredentialsError } from '../errors.ts'
import type { Host } from '../model/host.ts'
import type { Provider, ProviderContext } from '../model/provider.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'

const TIMEOUT_MS = 60_000
/** A person has to find a device, or a passphrase. */
const PERSON_TIMEOUT_MS = 300_000
/** What is done after so many turns needs no deadline: it had the answer at hand. */
const TURNS = 16

export interface Callback {
  readonly host: Host
  readonly signal: AbortSignal
  /** The provider that calls it. */
  readonly source: string
  /** As errors call it: `the token`. */
  readonly name: string
}

/** @throws CredentialsError `TIMEOUT` after 60 s, and what it throws itself. */
export function callInTime<T>(callback: Callback, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return call(callback, TIMEOUT_MS, work)
}

/** @throws CredentialsError `TIMEOUT` after 5 minutes, and what it throws itself. */
export function askPersonInTime<T>(callback: Callback, work: () => Promise<T>): Promise<T> {
  return call(callback, PERSON_TIMEOUT_MS, work)
}

/** @throws CredentialsError `TIMEOUT` by the provider's `timeoutMs`, and what it throws itself. */
export function provideInTime(provider: Provider, context: ProviderContext): ReturnType<Provider['provide']> {
  const { name, timeoutMs = TIMEOUT_MS } = provider
  if (timeoutMs === Number.POSITIVE_INFINITY) return provider.provide(context)
  const { host, signal } = context
  return call({ host, signal, source: name, name: 'it' }, timeoutMs, (signal) =>
    provider.provide({ ...context, signal }),
  )
}

async function call<T>(
  { host, signal, source, name }: Callback,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const working = (async () => work(AbortSignal.any([signal, over.signal])))()
  if (await isDoneAtOnce(working)) return working
  return withDeadline(host, timeoutMs, signal, () => working).catch((error: unknown) => {
    if (!(error instanceof DeadlinePassed)) throw error
    over.abort(error)
    const problem = `${name} did not come in ${timeoutMs / 1000} s`
    throw new CredentialsError(problem, { code: 'TIMEOUT', source, remedy: 'Find out what it waits for' })
  })
}

async function isDoneAtOnce(work: Promise<unknown>): Promise<boolean> {
  let isDone = false
  const done = (): void => {
    isDone = true
  }
  work.then(done, done)
  for (let turn = 0; turn < TURNS && !isDone; turn++) await undefined
  return isDone
}
