/**
 * When credentials are good as they are, when they are due, and how long a failure counts: the rules, without the machine.
 *
 * Source  the credential refresh design that the AWS SDKs share; see docs/refresh.md
 * @module
 */
import { CredentialsError, isCredentialsError } from './errors.ts'
import type { Host } from './model/host.ts'

const MINUTE_MS = 60_000
const MANDATORY_WINDOW_MS = MINUTE_MS
/** Keys of sources that may not be served past their end are renewed this long before. */
const SHORT_WINDOW_MS = 10_000
/** Credentials fetched this far in the future come from a clock that has been set back. */
const CLOCK_TOLERANCE_MS = 5 * MINUTE_MS

export interface Life {
  readonly expiration: Date | undefined
  readonly fetchedAtMs: number
  /** They may be served past their end while their source cannot be asked. */
  readonly staleAllowed: boolean
}

export interface Need {
  readonly minValidityMs?: number | undefined
  readonly advisoryWindowSeconds?: number | undefined
}

/** Epoch milliseconds. */
export interface Period {
  readonly fromMs: number
  readonly untilMs: number
}

/** In the advisory window one caller renews and the others go on; in the mandatory one all of them wait. */
export function findDueness(life: Life, now: number, need: Need): 'no' | 'advisory' | 'mandatory' {
  const { expiration, fetchedAtMs, staleAllowed } = life
  const { minValidityMs = 0, advisoryWindowSeconds } = need
  if (!expiration) return 'no'
  if (fetchedAtMs > now + CLOCK_TOLERANCE_MS) return 'mandatory'
  const lifeMs = expiration.getTime() - fetchedAtMs
  const leftMs = expiration.getTime() - now
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

export function isServable({ expiration, staleAllowed }: Omit<Life, 'fetchedAtMs'>, now: number): boolean {
  return staleAllowed || !expiration || expiration.getTime() > now
}

/** After a passing failure: the source is left alone, and what is at hand is served. */
export function backOffFrom({ now, random }: Pick<Host, 'now' | 'random'>): Period {
  const fromMs = now()
  return { fromMs, untilMs: fromMs + (300 + 300 * random()) * 1_000 }
}

/** A back-off that began in what is now the future is over: the clock has been set back. */
export function isBackingOff(backOff: Period | undefined, now: number): boolean {
  return backOff !== undefined && isWithin(backOff, now, CLOCK_TOLERANCE_MS)
}

/** After a final failure: for so long it is the answer, so that a tight loop asks once. */
export function refusalFrom({ now, random }: Pick<Host, 'now' | 'random'>): Period {
  const fromMs = now()
  return { fromMs, untilMs: fromMs + 1_000 + 4_000 * random() }
}

export function isRefusing(refusal: Period | undefined, now: number): boolean {
  return refusal !== undefined && isWithin(refusal, now, 0)
}

/** A final failure of a moment ago, which another process has had. */
export class RememberedRefusal extends CredentialsError {
  readonly period: Period

  constructor({ problem, remedy, ...options }: CredentialsError, period: Period) {
    super(problem, { ...options, remedy: remedy.replace(/\.$/, '') })
    this.period = period
  }
}

function isWithin({ fromMs, untilMs }: Period, now: number, toleranceMs: number): boolean {
  return now < untilMs && now >= fromMs - toleranceMs
}

/** Failures that a later attempt may not have. All others are final for a while: they are configuration, or a no. */
const PASSING: readonly string[] = ['TIMEOUT', 'SOURCE_UNREACHABLE', 'RESPONSE_INVALID', 'EXPIRED', 'PROCESS_FAILED']

export function isFinal(error: unknown): boolean {
  return isCredentialsError(error) && !PASSING.includes(error.code)
}
