/**
 * Finds out that this machine's clock is wrong: a signature is good for 5 minutes around the time of the other side.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 * @module
 */
import type { StsError } from '../formats/sts-answer.ts'
import type { Host } from '../model/host.ts'
import type { Trace } from '../model/provider.ts'
import type { Reply } from './request.ts'
import { isPassing } from './retry.ts'

const TOLERANCE_MS = 60_000

export interface TimedRequest {
  readonly host: Host
  readonly trace: Trace | undefined
  /** Who is asked, in the warning. */
  readonly service: string
  /** @param now epoch milliseconds, for the signature. */
  send(now: number): Promise<Reply>
  /** Whether a no may be about time. Default: any that is final. */
  mayBeAboutTime?(reply: Reply): Promise<boolean>
}

/** Sends once more, by the time of the other side, what that refuses while its clock is another; with a warning. */
export async function sendInTime({ host, trace, service, send, mayBeAboutTime }: TimedRequest): Promise<Reply> {
  const reply = await send(host.now())
  const skewMs = measureSkew(reply, host.now())
  if (reply.status < 400 || isPassing(reply.status) || skewMs === undefined) return reply
  if (mayBeAboutTime && !(await mayBeAboutTime(reply))) return reply
  trace?.warn({ code: 'CLOCK_SKEW', text: describeSkew(skewMs, service), remedy: 'Set the clock.' })
  return send(host.now() + skewMs)
}

/** How far this clock is behind that of whoever answered, in milliseconds; undefined where they agree, or one is not told. */
export function measureSkew({ headers }: Reply, now: number): number | undefined {
  const skewMs = Date.parse(headers.get('date') ?? '') - now
  return Math.abs(skewMs) > TOLERANCE_MS ? skewMs : undefined
}

export function describeSkew(skewMs: number, service: string): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000)
  return `the clock of this machine is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} that of ${service}`
}

export function isAboutTime({ code, message = '' }: StsError): boolean {
  if (['RequestExpired', 'RequestTimeTooSkewed', 'RequestInTheFuture'].includes(code)) return true
  return code === 'SignatureDoesNotMatch' && /signature (expired|not yet current)/i.test(message)
}
