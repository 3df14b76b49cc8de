import { printable } from '@rolecall/credentials'
import type { SharedSession } from '@rolecall/credentials/store'
import type { Paint } from './colour.ts'

const MINUTE_MS = 60_000

/** A list for people: whose session, for how long, and where. */
export function renderSessions(sessions: readonly SharedSession[], now: number, paint: Paint): string {
  if (sessions.length === 0) return 'No sessions are kept.\n'
  const keyIn = sessions.find((session) => session.keyIn !== undefined)?.keyIn
  const list = sessions.map((session) => {
    const { accessKeyId, failure, expiration, file } = session
    const life = accessKeyId === undefined ? undefined : `${accessKeyId}  ${describeLife(expiration, now, paint)}`
    const failed = failure && paint('yellow', `failed at ${failure.at.toISOString()}: ${failure.code}`)
    const line = [describeSubject(session, paint), life, failed].filter((part) => part !== undefined).join('  ')
    return `${line}\n    ${paint('dim', printable(file))}\n`
  })
  return list.join('') + (keyIn === undefined ? '' : paint('dim', `sealed with the key in ${printable(keyIn)}\n`))
}

function describeSubject({ kind, subject }: SharedSession, paint: Paint): string {
  if (kind === 'sealed') return paint('yellow', 'sealed: ROLECALL_STORE_KEY names no key that opens it')
  return `${paint('bold', printable(subject))}  ${kind}`
}

function describeLife(expiration: Date | undefined, now: number, paint: Paint): string {
  if (!expiration) return 'without an end'
  const leftMinutes = Math.floor((expiration.getTime() - now) / MINUTE_MS)
  const when = `until ${expiration.toISOString()}`
  if (leftMinutes < 0) return paint('yellow', `${when} (over)`)
  return `${when} (${leftMinutes} min)`
}
