/** The sessions of the access portal: a person signs in once, and clients get tokens until the session ends. */
import type { Clock } from '../clock.ts'
import { createOneTimeSecrets, createSecret } from '../oauth/one-time.ts'
import type { Client } from './clients.ts'

const SESSION_MS = 8 * 3600 * 1000
/** Of a token that can be refreshed; another one lasts as long as the session. */
const TOKEN_MS = 3600 * 1000

/** 'rotate': each refresh answers with a new token and ends the old one. 'keep': the old one goes on, and no answer repeats it. */
export type RefreshTokens = 'rotate' | 'keep'

export interface IssuedToken {
  readonly accessToken: string
  /** Epoch milliseconds. */
  readonly expiresAt: number
  readonly expiresInSeconds: number
  readonly refreshToken: string | undefined
}

export interface Tokens {
  /** A person has just signed in for this client. */
  begin(client: Client): IssuedToken
  /** Undefined for a refresh token that is unknown, used, expired or another client's. */
  refresh(refreshToken: string, client: Client): IssuedToken | undefined
  isValid(accessToken: string): boolean
  /** Signs out: every token of the session ends. */
  end(accessToken: string): void
}

interface PortalSession {
  readonly client: Client
  /** Epoch milliseconds. */
  endsAt: number
}

export function createTokens(clock: Clock, refreshTokens: RefreshTokens): Tokens {
  const access = new Map<string, { readonly session: PortalSession; readonly expiresAt: number }>()
  const refresh = createOneTimeSecrets<PortalSession>(clock)

  const issue = (session: PortalSession, { now, refreshable, withToken }: IssueOptions): IssuedToken => {
    const lifetimeMs = Math.min(refreshable ? TOKEN_MS : SESSION_MS, session.endsAt - now)
    const accessToken = createSecret()
    access.set(accessToken, { session, expiresAt: now + lifetimeMs })
    return {
      accessToken,
      expiresAt: now + lifetimeMs,
      expiresInSeconds: Math.floor(lifetimeMs / 1000),
      refreshToken: withToken ? refresh.issue(session, session.endsAt) : undefined,
    }
  }
  const find = (accessToken: string): PortalSession | undefined => {
    const token = access.get(accessToken)
    return token && Math.min(token.expiresAt, token.session.endsAt) > clock.now() ? token.session : undefined
  }
  return {
    begin: (client) => {
      const refreshable = client.scopes.length > 0 && client.grantTypes.includes('refresh_token')
      const now = clock.now()
      return issue({ client, endsAt: now + SESSION_MS }, { now, refreshable, withToken: refreshable })
    },
    refresh: (refreshToken, client) => {
      const session = refresh.find(refreshToken)
      const now = clock.now()
      if (session?.client.id !== client.id || session.endsAt <= now) return undefined
      if (refreshTokens === 'rotate') refresh.take(refreshToken)
      return issue(session, { now, refreshable: true, withToken: refreshTokens === 'rotate' })
    },
    isValid: (accessToken) => find(accessToken) !== undefined,
    end: (accessToken) => {
      const session = find(accessToken)
      if (session) session.endsAt = clock.now()
    },
  }
}

interface IssueOptions {
  readonly now: number
  readonly refreshable: boolean
  readonly withToken: boolean
}
