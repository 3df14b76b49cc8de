/** From the `store` option to sessions: on this machine's disk, or in a store of the program's own. */
import { CredentialsError } from '../errors.ts'
import type { CredentialStore } from '../model/credential-store.ts'
import { type Sessions, session } from '../model/sessions.ts'
import { createSessions, type SessionsOptions } from './sessions.ts'
import { isSealed, openSharedStore } from './shared-store.ts'

export interface OpenSessionsOptions extends Omit<SessionsOptions, 'store' | 'sharesAwsCli'> {
  readonly store: 'shared' | CredentialStore
}

/** Where there is no store to be had, sessions are asked for each time, with one warning. */
export function openSessions({ store, caller, request }: OpenSessionsOptions): Sessions {
  if (store !== 'shared') return createSessions({ caller, store, request, sharesAwsCli: false })
  try {
    return createSessions({ caller, store: openSharedStore(caller), request, sharesAwsCli: !isSealed(caller.host) })
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error
    caller.trace?.warn({ code: 'STORE_NOT_USED', text: error.problem, remedy: error.remedy })
    return { get: async (_name, ask) => session(await ask()) }
  }
}
