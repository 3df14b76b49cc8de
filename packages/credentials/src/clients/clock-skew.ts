/**
 * Finds out that this machine's clock is wrong: a signature is good for 5 minutes around the time of the other side.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 * @module
 */
import type { StsError } from '../formats/sts-answer.ts'
import type { Reply } from './request.ts'

const TOLERANCE_MS = 60_000

/** How far this clock is behind the other side's, in milliseconds; undefined where the refusal is not about time. */
export function findSkew(error: StsError | undefined, { headers }: Reply, now: number): number | undefined {
  if (!error || !isAboutTime(error)) return undefined
  const skewMs = Date.parse(headers.get('date') ?? '') - now
  return Math.abs(skewMs) > TOLERANCE_MS ? skewMs : undefined
}

function isAboutTime({ code, message = '' }: StsError): boolean {
  if (['RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture'].includes(code)) return true
  return code === 'SignatureDoesNotMatch' && /signature (expired|not yet current)/i.test(message)
}
