/** One session for all who ask: renewed ahead of need, and served while it is valid when that fails. */
import type { Credentials } from '@rolecall/credentials'
import { isPassing } from './failure-answer.ts'
import { renewalAtMs, type Span, spanOf } from './renewal.ts'

/** A longer sleep of the machine is noticed this soon. */
const MAX_TIMER_MS = 60_000
const MIN_RETRY_MS = 1_000
const MAX_RETRY_MS = 60_000
/** After a refusal, or where something here is wrong: time changes neither. */
const MAX_FINAL_RETRY_MS = 5 * 60_000
/** Credentials of what is now the future by more than this come from a clock that has been set back. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

export interface Session extends Span {
  readonly credentials: Credentials
}

export interface KeptSession {
  /**
   * At once, and no promise, while a session is valid; all others wait for the one request that is under way.
   *
   * @param minLeftMs the caller would rather wait for a new one than have less left, if the source gives that much.
   * @throws what the source threw, where nothing valid is left.
   */
  get(minLeftMs?: number): Session | Promise<Session>
  /** Renews no more. */
  stop(): void
}

export interface KeepOptions {
  /** Asks the source. @param minLeftMs what has less left is of no use. @param untilMs nor is what ends no later. */
  readonly fetch: (minLeftMs: number, untilMs: number) => Promise<Credentials>
  readonly forInstances: boolean
  readonly onRenewed?: (session: Session) => void
  /** @param validUntil the end of what is served meanwhile. */
  readonly onFailed?: (error: unknown, validUntil: Date | undefined) => void
}

/** Asks nothing before the first `get`. */
export function keepSession({ fetch, forInstances, onRenewed, onFailed }: KeepOptions): KeptSession {
  let held: (Session & { readonly renewalAtMs: number }) | undefined
  let inFlight: Promise<Session> | undefined
  let failed: { readonly error: unknown; readonly untilMs: number } | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const renew = (): Promise<Session> => {
    inFlight ??= ask().finally(() => {
      inFlight = undefined
      schedule()
    })
    return inFlight
  }

  const ask = async (): Promise<Session> => {
    const wantedMs = held ? held.untilMs - held.renewalAtMs : 0
    try {
      const credentials = await fetch(wantedMs, held?.untilMs ?? Date.now())
      const span = spanOf(credentials.expiration, Date.now())
      const isNews =
        failed || held?.untilMs !== span.untilMs || held.credentials.accessKeyId !== credentials.accessKeyId
      held = { credentials, ...span, renewalAtMs: renewalAtMs(span, { forInstances }) }
      failed = undefined
      if (isNews) onRenewed?.(held)
      return held
    } catch (error) {
      const now = Date.now()
      const leftMs = held ? held.untilMs - now : 0
      const maxMs = isPassing(error) ? MAX_RETRY_MS : MAX_FINAL_RETRY_MS
      const pauseMs = Math.min(Math.max(leftMs / 4, MIN_RETRY_MS), maxMs) * (1 + Math.random() / 4)
      failed = { error, untilMs: now + pauseMs }
      onFailed?.(error, held && leftMs > 0 ? new Date(held.untilMs) : undefined)
      throw error
    }
  }

  /** Without callers a session that has ended is not renewed. */
  const schedule = (): void => {
    clearTimeout(timer)
    if (stopped || !held || !isValid(held)) return
    const dueMs = Math.max(failed?.untilMs ?? 0, held.renewalAtMs) - Date.now()
    timer = setTimeout(renewIfDue, Math.min(Math.max(dueMs, 0), MAX_TIMER_MS)).unref() // the server keeps the process
  }

  const renewIfDue = (): void => {
    if (held && isDue(held) && !isPaused()) renew().catch(() => {})
    else schedule()
  }

  const isDue = ({ fromMs, renewalAtMs }: NonNullable<typeof held>): boolean => {
    const now = Date.now()
    return now >= renewalAtMs || fromMs > now + CLOCK_TOLERANCE_MS
  }

  const isPaused = (): boolean => failed !== undefined && Date.now() < failed.untilMs

  return {
    get(minLeftMs = 0) {
      if (held && !isDue(held)) return held
      if (!held || !isValid(held)) return failed && isPaused() ? Promise.reject(failed.error) : renew()
      if (isPaused()) return held

      const session = held
      const renewed = renew().catch(() => session)
      const isWorthIt = session.untilMs - session.fromMs > minLeftMs && session.untilMs - Date.now() <= minLeftMs
      return isWorthIt ? renewed : session
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

function isValid({ untilMs }: Session): boolean {
  return untilMs > Date.now()
}
