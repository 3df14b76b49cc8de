/** When a session that is served is renewed: by the life that it came with. */

const MINUTE_MS = 60_000
/** A shorter life is over before a quarter of it is of use to anybody. */
const SHORT_LIFE_MS = 2 * MINUTE_MS
/** What lives longer than AWS's shortest sessions may be the rest of an hour: a source may have had it for a while. */
const LONG_LIFE_MS = 16 * MINUTE_MS
/** botocore asks for each request anew where less is left. */
const LONG_RENEW_LEFT_MS = 15 * MINUTE_MS
/** Keys without an end are asked for again as if they had this one: somebody may have replaced them. */
const ENDLESS_LIFE_MS = 60 * MINUTE_MS
/** No source is asked more often than this, whatever life its sessions have. */
const MIN_PAUSE_MS = 250

/** What botocore takes from an instance with less left it keeps using after its end. */
export const INSTANCE_MIN_LEFT_MS: number = 20 * MINUTE_MS
/** Also time for the renewal itself. */
const INSTANCE_RENEW_LEFT_MS = 21 * MINUTE_MS

export interface Span {
  readonly fromMs: number
  readonly untilMs: number
}

export function spanOf(expiration: Date | undefined, nowMs: number): Span {
  return { fromMs: nowMs, untilMs: expiration ? expiration.getTime() : nowMs + ENDLESS_LIFE_MS }
}

/**
 * The first instant at which a session is renewed: with a quarter of its life left; with 15 minutes at least, and more for
 * those who ask as on an instance, if it lives that long; with half, where it lives seconds.
 */
export function renewalAtMs({ fromMs, untilMs }: Span, { forInstances }: { readonly forInstances: boolean }): number {
  const lifeMs = untilMs - fromMs
  return Math.max(untilMs - renewalLeftMs(lifeMs, forInstances), fromMs + MIN_PAUSE_MS)
}

function renewalLeftMs(lifeMs: number, forInstances: boolean): number {
  if (lifeMs < SHORT_LIFE_MS) return lifeMs / 2
  if (lifeMs <= LONG_LIFE_MS) return lifeMs / 4
  if (!forInstances || lifeMs <= INSTANCE_RENEW_LEFT_MS) return Math.max(lifeMs / 4, LONG_RENEW_LEFT_MS)
  return Math.max(lifeMs / 4, Math.min(INSTANCE_RENEW_LEFT_MS, lifeMs - MINUTE_MS))
}
