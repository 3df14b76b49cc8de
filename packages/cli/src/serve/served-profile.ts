/** What is served: a profile, or what is found without one, from the source of the command line's options. */

import { assertAllowedAccount, openSource } from '../session.ts'
import type { SourceValues } from '../sources.ts'
import { type KeptSession, keepSession, type Session } from './kept-session.ts'

export interface ServedProfile {
  /** undefined where none was named. */
  readonly name: string | undefined
  readonly kept: KeptSession
}

export interface ServeValues extends Omit<SourceValues, 'profile'> {
  readonly 'allow-account': readonly string[]
}

export interface ServeListener {
  onRenewed(profile: string | undefined, session: Session): void
  onFailed(profile: string | undefined, error: unknown, validUntil: Date | undefined): void
}

/**
 * Each renewal begins anew, with a source that knows nothing of failures before. It asks no person for a code, since nobody
 * may be there, and a code that was given is good once.
 */
export function serveProfile(
  name: string | undefined,
  values: ServeValues,
  { forInstances, listener }: { readonly forInstances: boolean; readonly listener?: ServeListener },
): ServedProfile {
  let isFirst = true
  const fetch = async (minValidityMs: number) => {
    const code = isFirst ? values['mfa-code'] : undefined
    const source = await openSource({ ...values, profile: name, 'mfa-code': code }, { mayAsk: isFirst })
    isFirst = false
    await assertAllowedAccount(source, values['allow-account'])
    return source({ minValidityMs })
  }
  const kept = keepSession({
    fetch,
    forInstances,
    onRenewed: (session) => listener?.onRenewed(name, session),
    onFailed: (error, validUntil) => listener?.onFailed(name, error, validUntil),
  })
  return { name, kept }
}
