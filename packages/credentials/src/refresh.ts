/**
 * When credentials are used as they are, when they are renewed, and what happens when that fails.
 *
 * Source  the credential refresh design that the AWS SDKs share; see docs/refresh.md
 * @module
 */
import type { Found } from './chain.ts'
import { isCredentialsError } from './errors.ts'
import type { Credentials } from './model/credentials.ts'
import type { CredentialEvent } from './model/event.ts'
import type { Host } from './model/host.ts'

const MINUTE_MS = 60_000
const MANDATORY_WINDOW_MS = MINUTE_MS
/** Keys of sources that may not be served past their end are renewed this long before. */
const SHORT_WINDOW_MS = 10_000
/** Credentials fetched this far in the future come from a clock that has been set back. */
const CLOCK_TOLERANCE_MS = 5 * MINUTE_MS

export interface RefreshOptions {
  readonly host: Host
  readonly advisoryWindowSeconds?: number | undefined
  readonly onEvent: (event: CredentialEvent) => void
  /** Asks the source, which does not give what has expired. Settles by the source's own deadlines. */
  readonly fetch: () => Promise<Found>
}

export interface RefreshRequest {
  readonly minValidityMs?: number | undefined
  readonly forceRefresh?: boolean | undefined
}

export interface Refresher {
  get(request: RefreshRequest): Promise<Credentials>
  invalidate(rejectedAccessKeyId: string): void
}

interface Cached extends Found {
  /** Settled: to hand it out costs a caller less than a new one. */
  readonly answer: Promise<Credentials>
  readonly fetchedAtMs: number
  /** A service has refused them. */
  rejected: boolean
}

interface Period {
  readonly fromMs: number
  readonly untilMs: number
}

/** Holds the newest credentials of one source. At most one fetch is under way. */
export function createRefresher(options: RefreshOptions): Refresher {
  const { host, onEvent, fetch } = options
  let cached: Cached | undefined
  let inFlight: Promise<Credentials> | undefined
  let backOff: Period | undefined
  let refused: (Period & { readonly error: unknown }) | undefined

  const refresh = (): Promise<Credentials> => {
    inFlight ??= renew().finally(() => {
      inFlight = undefined
    })
    return inFlight
  }

  const renew = async (): Promise<Credentials> => {
    if (refused && isWithin(refused, host.now(), 0)) throw refused.error
    try {
      return accept(await fetch())
    } catch (error) {
      return survive(error)
    }
  }

  const accept = (found: Found): Credentials => {
    const { source, expiration } = found.credentials
    onEvent({ type: cached ? 'refreshed' : 'found', at: new Date(host.now()), source, expiration })
    cached = { ...found, answer: Promise.resolve(found.credentials), fetchedAtMs: host.now(), rejected: false }
    backOff = undefined
    refused = undefined
    return found.credentials
  }

  const survive = (error: unknown): Credentials => {
    const now = host.now()
    const at = new Date(now)
    const code = isCredentialsError(error) ? error.code : 'UNKNOWN'
    if (cached) onEvent({ type: 'refresh-failed', at, source: cached.credentials.source, code })
    if (isFinal(error)) {
      refused = { fromMs: now, untilMs: now + 1_000 + 4_000 * host.random(), error }
      throw error
    }
    if (!cached || !isServable(cached, now)) throw error
    backOff = { fromMs: now, untilMs: now + (300 + 300 * host.random()) * 1_000 }
    onEvent({ type: 'served-stale', at, source: cached.credentials.source, code })
    return cached.credentials
  }

  return {
    get({ minValidityMs = 0, forceRefresh = false }) {
      if (!cached) return refresh()
      const now = host.now()
      const due = forceRefresh || cached.rejected ? 'mandatory' : dueness(cached, now, minValidityMs, options)
      if (due === 'no') return cached.answer
      if (backOff && isWithin(backOff, now, CLOCK_TOLERANCE_MS) && isServable(cached, now)) return cached.answer
      if (due === 'advisory' && inFlight) return cached.answer
      return refresh()
    },
    invalidate(rejectedAccessKeyId) {
      if (cached?.credentials.accessKeyId !== rejectedAccessKeyId) return
      cached.rejected = true
      onEvent({ type: 'invalidated', at: new Date(host.now()), source: cached.credentials.source })
    },
  }
}

/** In the advisory window one caller renews and the others go on; in the mandatory one all of them wait. */
function dueness(
  { credentials, staleAllowed, fetchedAtMs }: Cached,
  now: number,
  minValidityMs: number,
  { advisoryWindowSeconds }: RefreshOptions,
): 'no' | 'advisory' | 'mandatory' {
  if (!credentials.expiration) return 'no'
  if (fetchedAtMs > now + CLOCK_TOLERANCE_MS) return 'mandatory'
  const endMs = credentials.expiration.getTime()
  const lifeMs = endMs - fetchedAtMs
  const leftMs = endMs - now
  const mandatoryMs = staleAllowed ? MANDATORY_WINDOW_MS : SHORT_WINDOW_MS
  if (leftMs <= Math.max(Math.min(mandatoryMs, lifeMs / 4), minValidityMs)) return 'mandatory'
  const advisoryMs =
    advisoryWindowSeconds === undefined ? advisoryWindowOf(lifeMs, staleAllowed) : advisoryWindowSeconds * 1_000
  return leftMs <= advisoryMs ? 'advisory' : 'no'
}

/** By the life they came with; half of a life shorter than 10 minutes, so that no call asks at once again. */
function advisoryWindowOf(lifeMs: number, staleAllowed: boolean): number {
  if (!staleAllowed) return 0
  if (lifeMs >= 90 * MINUTE_MS) return 60 * MINUTE_MS
  if (lifeMs > 20 * MINUTE_MS) return 15 * MINUTE_MS
  return Math.min(5 * MINUTE_MS, lifeMs / 2)
}

function isServable({ credentials, staleAllowed }: Cached, now: number): boolean {
  return staleAllowed || !credentials.expiration || credentials.expiration.getTime() > now
}

/** A period that began in what is now the future is over: the clock has been set back. */
function isWithin({ fromMs, untilMs }: Period, now: number, toleranceMs: number): boolean {
  return now < untilMs && now >= fromMs - toleranceMs
}

/** Failures that a later attempt may not have. All others are final for a while: they are configuration, or a no. */
const PASSING: readonly string[] = ['TIMEOUT', 'SOURCE_UNREACHABLE', 'RESPONSE_INVALID', 'EXPIRED', 'PROCESS_FAILED']

function isFinal(error: unknown): boolean {
  return isCredentialsError(error) && !PASSING.includes(error.code)
}
