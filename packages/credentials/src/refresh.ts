/**
 * The newest credentials of one source, in memory: handed out, renewed in time, and kept through failures.
 *
 * Source  the credential refresh design that the AWS SDKs share; see docs/refresh.md
 * @module
 */
import type { Found } from './chain.ts'
import { isCredentialsError } from './errors.ts'
import {
  backOffFrom,
  findDueness,
  isBackingOff,
  isFinal,
  isRefusing,
  isServable,
  type Period,
  RememberedRefusal,
  refusalFrom,
} from './freshness.ts'
import type { Credentials } from './model/credentials.ts'
import type { CredentialEvent } from './model/event.ts'
import type { Host } from './model/host.ts'
import { keptOf } from './model/sessions.ts'

export interface RefreshOptions {
  readonly host: Host
  readonly advisoryWindowSeconds?: number | undefined
  readonly onEvent: (event: CredentialEvent) => void
  /** Asks the source, which does not give what has expired. Settles by the source's own deadlines. */
  readonly fetch: (request: FetchRequest) => Promise<Found>
}

export interface RefreshRequest {
  readonly minValidityMs?: number | undefined
  readonly forceRefresh?: boolean | undefined
}

export interface FetchRequest extends RefreshRequest {
  /** The key that a service has refused. */
  readonly rejectedAccessKeyId: string | undefined
}

export interface Refresher {
  get(request: RefreshRequest): Promise<Credentials>
  invalidate(rejectedAccessKeyId: string): void
}

interface Cached extends Found {
  /** Settled: to hand it out costs a caller less than a new one. */
  readonly answer: Promise<Credentials>
  readonly expiration: Date | undefined
  readonly fetchedAtMs: number
  /** A service has refused them. */
  rejected: boolean
}

/** Holds the newest credentials of one source. At most one fetch is under way. */
export function createRefresher(options: RefreshOptions): Refresher {
  const { host, onEvent, fetch } = options
  let cached: Cached | undefined
  let inFlight: Promise<Credentials> | undefined
  let backOff: Period | undefined
  let refused: (Period & { readonly error: unknown }) | undefined

  const refresh = (request: RefreshRequest): Promise<Credentials> => {
    inFlight ??= renew(request).finally(() => {
      inFlight = undefined
    })
    return inFlight
  }

  const renew = async (request: RefreshRequest): Promise<Credentials> => {
    if (refused && isRefusing(refused, host.now())) throw refused.error
    const rejectedAccessKeyId = cached?.rejected ? cached.credentials.accessKeyId : undefined
    try {
      return accept(await fetch({ ...request, rejectedAccessKeyId }))
    } catch (error) {
      return survive(error)
    }
  }

  const accept = (found: Found): Credentials => {
    const { credentials } = found
    const kept = keptOf(credentials)
    const { source, expiration, accessKeyId } = credentials
    const isSame = kept !== undefined && cached?.credentials.accessKeyId === accessKeyId
    if (kept?.failure !== undefined) tellOfFailure(kept.failure, source, true)
    else if (!isSame) onEvent({ type: cached ? 'refreshed' : 'found', at: new Date(host.now()), source, expiration })
    const fetchedAtMs = kept?.fetchedAtMs ?? host.now()
    const rejected = isSame && cached?.rejected === true
    cached = { ...found, answer: Promise.resolve(credentials), expiration, fetchedAtMs, rejected }
    backOff = undefined
    refused = undefined
    return credentials
  }

  const survive = (error: unknown): Credentials => {
    const isStaleServed = !isFinal(error) && cached !== undefined && isServable(cached, host.now())
    if (cached) tellOfFailure(error, cached.credentials.source, isStaleServed)
    if (isFinal(error)) refused = { ...(error instanceof RememberedRefusal ? error.period : refusalFrom(host)), error }
    if (!cached || !isStaleServed) throw error
    backOff = backOffFrom(host)
    return cached.credentials
  }

  const tellOfFailure = (error: unknown, source: string, isStaleServed: boolean): void => {
    const at = new Date(host.now())
    const code = isCredentialsError(error) ? error.code : 'UNKNOWN'
    onEvent({ type: 'refresh-failed', at, source, code })
    if (isStaleServed) onEvent({ type: 'served-stale', at, source, code })
  }

  return {
    get(request) {
      if (!cached) return refresh(request)
      const now = host.now()
      const { advisoryWindowSeconds } = options
      const isForced = request.forceRefresh === true || cached.rejected
      const due = isForced ? 'mandatory' : findDueness(cached, now, { ...request, advisoryWindowSeconds })
      if (due === 'no') return cached.answer
      if (isBackingOff(backOff, now) && isServable(cached, now)) return cached.answer
      if (due === 'advisory' && inFlight) return cached.answer
      return refresh(request)
    },
    invalidate(rejectedAccessKeyId) {
      if (cached?.credentials.accessKeyId !== rejectedAccessKeyId) return
      cached.rejected = true
      onEvent({ type: 'invalidated', at: new Date(host.now()), source: cached.credentials.source })
    },
  }
}
