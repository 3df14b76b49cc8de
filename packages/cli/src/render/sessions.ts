import { printable } from '@rolecall/credentials'
import type { SharedSession } from '@rolecall/credentials/store'
import type { Paint } from './colour.ts'

const MINUTE_MS = 60_000

/** A list for people: whose session, for how long, and where. */
export function renderSessions(
  sessions: readonly SharedSession[],
  { now, keptIn }: { readonly now: number; readonly keptIn: string | undefined },
  paint: Paint,
): string {
  if (sessions.length === 0) return 'No sessions are kept.\n'
  const sealed = keptIn === undefined ? '' : paint('dim', `sealed with the key in ${printable(keptIn)}\n`)
  const list = sessions
    .map(({ kind, subject, accessKeyId, expiration, file }) => {
      const life =
        accessKeyId === undefined ? paint('yellow', 'refused just now') : describeLife(expiration, now, paint)
      const key = accessKeyId === undefined ? '' : `  ${accessKeyId}`
      return `${paint('bold', printable(subject))}  ${kind}${key}  ${life}\n    ${paint('dim', printable(file))}\n`
    })
    .join('')
  return list + sealed
}

function describeLife(expiration: Date | undefined, now: number, paint: Paint): string {
  if (!expiration) return 'without an end'
  const leftMinutes = Math.floor((expiration.getTime() - now) / MINUTE_MS)
  const when = `until ${expiration.toISOString()}`
  if (leftMinutes < 0) return paint('yellow', `${when} (over)`)
  return `${when} (${leftMinutes} min)`
}
