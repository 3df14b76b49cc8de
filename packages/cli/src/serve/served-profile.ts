/** What is served: a profile, or what is found without one, from the source of the command line's options. */

import { type Credentials, fromCi, type Provider } from '@rolecall/credentials'
import { assertAllowedAccount, chooseStore, openSource } from '../session.ts'
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
 * Each renewal begins anew, with a source that knows nothing of failures before; only the session of a job's one token is
 * kept, since none follows it. It asks no person for a code, since nobody may be there, and a code that was given is good
 * once.
 *
 * While a source fails a shared store gives what it has, without a word: then the source is asked past the store, and its
 * error is that of the renewal.
 */
export function serveProfile(
  name: string | undefined,
  values: ServeValues,
  { forInstances, listener }: { readonly forInstances: boolean; readonly listener?: ServeListener },
): ServedProfile {
  let isFirst = true
  let ci: Provider | undefined
  const createCi: typeof fromCi = (options) => {
    ci ??= fromCi(options)
    return ci
  }
  const ask = async (store: 'shared' | 'memory', minValidityMs: number): Promise<Credentials> => {
    const code = isFirst ? values['mfa-code'] : undefined
    const asked = { ...values, store, profile: name, 'mfa-code': code }
    const source = await openSource(asked, { mayAsk: isFirst, mayTell: isFirst, createCi })
    isFirst = false
    const credentials = await source({ minValidityMs })
    await assertAllowedAccount(source, values['allow-account'])
    return credentials
  }
  const fetch = async (minLeftMs: number, untilMs: number): Promise<Credentials> => {
    const store = chooseStore(values)
    const credentials = await ask(store, minLeftMs)
    const isNews = !credentials.expiration || credentials.expiration.getTime() > untilMs
    return isNews || store === 'memory' ? credentials : ask('memory', minLeftMs)
  }
  const kept = keepSession({
    fetch,
    forInstances,
    onRenewed: (session) => listener?.onRenewed(name, session),
    onFailed: (error, validUntil) => listener?.onFailed(name, error, validUntil),
  })
  return { name, kept }
}
