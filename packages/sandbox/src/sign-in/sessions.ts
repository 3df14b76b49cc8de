/** Who has signed in with `aws login`: sessions bound to a key, and the short credentials drawn from them. */
import type { Clock } from '../clock.ts'
import type { Identity } from '../identity.ts'
import type { Keys, TemporaryKey } from '../keys.ts'
import type { Authorization } from '../oauth/authorization-request.ts'
import { createOneTimeSecrets, type OneTimeSecrets } from '../oauth/one-time.ts'
import { createRefusal } from './errors.ts'

const SESSION_MS = 12 * 3600 * 1000
export const CREDENTIALS_SECONDS = 900

interface LoginSession {
  readonly clientId: string
  /** Of the key that every later proof is to be signed with. */
  readonly keyThumbprint: string
  /** Epoch milliseconds. */
  readonly endsAt: number
}

export interface IssuedCredentials {
  readonly key: TemporaryKey
  readonly refreshToken: string
}

export interface LoginSessions {
  /** The one person who signs in here. */
  readonly identity: Identity
  readonly codes: OneTimeSecrets<Authorization & { readonly clientId: string }>
  begin(clientId: string, keyThumbprint: string): IssuedCredentials
  /** Whether it could still be refreshed with. @throws Refusal `TOKEN_EXPIRED` */
  check(refreshToken: string): void
  /** Uses the refresh token up, unless it is refused. @throws Refusal `TOKEN_EXPIRED`, `INVALID_REQUEST` */
  refresh(refreshToken: string, clientId: string, keyThumbprint: string): IssuedCredentials
}

export function createLoginSessions(clock: Clock, keys: Keys, identity: Identity): LoginSessions {
  const refreshTokens = createOneTimeSecrets<LoginSession>(clock)
  const issue = (session: LoginSession): IssuedCredentials => ({
    key: keys.issueTemporary(identity, CREDENTIALS_SECONDS),
    refreshToken: refreshTokens.issue(session, session.endsAt),
  })
  const find = (refreshToken: string): LoginSession => {
    const session = refreshTokens.find(refreshToken)
    if (!session) throw createRefusal('TOKEN_EXPIRED', 'The refresh token is unknown, was used, or has expired')
    return session
  }
  return {
    identity,
    codes: createOneTimeSecrets(clock),
    begin: (clientId, keyThumbprint) => issue({ clientId, keyThumbprint, endsAt: clock.now() + SESSION_MS }),
    check: find,
    refresh: (refreshToken, clientId, keyThumbprint) => {
      const session = find(refreshToken)
      if (session.clientId !== clientId)
        throw createRefusal('INVALID_REQUEST', 'The refresh token is that of another client')
      if (session.keyThumbprint !== keyThumbprint)
        throw createRefusal('INVALID_REQUEST', 'The DPoP proof is not signed by the key that the session began with')
      refreshTokens.take(refreshToken)
      return issue(session)
    },
  }
}
