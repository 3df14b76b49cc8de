/**
 * The token of a sign-in with IAM Identity Center: used while it is good, renewed before its end, shared with the AWS
 * CLI and every other process through its file.
 *
 * A refresh token is good once. So it is used by one process at a time, which looks at the file first, and writes down
 * what it got before anybody else looks.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import { formatTime, renewEntry, type SsoToken } from '../formats/sso-token.ts'
import type { Host } from '../model/host.ts'
import { DeadlinePassed, withDeadline } from './deadline.ts'
import { errorCode } from './file-error.ts'
import { ServiceError } from './service-error.ts'
import { locateSsoToken, readSsoToken, writeCacheFile } from './sso-cache.ts'
import { failSso, loginRequired, type SsoConnection } from './sso-connection.ts'
import { renewToken } from './sso-oidc.ts'

/** A token with less life left is renewed. */
const WINDOW_MS = 15 * 60_000
/** While the old token is good, no more than one attempt in this time. */
const ATTEMPT_SPACING_MS = 30_000
/** For the turn at the file, and again for the request: a slow renewal must not outlast who waits for it. */
const RENEWAL_TIMEOUT_MS = 20_000

/** Remembers when it last tried. */
export interface SsoTokens {
  /**
   * @throws CredentialsError `LOGIN_REQUIRED`, `FILE_UNREADABLE`, `CONFIG_INVALID`; and where the token is over and
   *   cannot be renewed for now `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`, `SOURCE_REFUSED`.
   */
  get(sso: SsoConnection): Promise<SsoToken>
}

interface Unsaved {
  readonly token: SsoToken
  /** The access token that stands in the file instead. */
  readonly insteadOf: string
}

/**
 * What could not be written, by the disk (the function that reads it) and the file: every source of this process goes on
 * with it, since the refresh token in the file is used up.
 */
const unsavedOf = new WeakMap<Host['readFile'], Map<string, Unsaved>>()

export function createSsoTokens(): SsoTokens {
  const attempts = new Map<string, number>()

  const read = async (sso: SsoConnection, file: string): Promise<SsoToken> => {
    const token = await readSsoToken(sso, file)
    if (token === 'missing') throw loginRequired(sso, `nobody has signed in to ${sso.session.startUrl}`, file)
    if (token === 'damaged') throw loginRequired(sso, `${file} is damaged: there is no sign-in in it`, file)
    const kept = unsavedOn(sso).get(file)
    if (kept?.insteadOf === token.accessToken) return kept.token
    unsavedOn(sso).delete(file)
    return token
  }

  const save = async (sso: SsoConnection, file: string, old: SsoToken, token: SsoToken): Promise<void> => {
    const unsaved = unsavedOn(sso)
    try {
      await writeCacheFile(sso.host, file, token.entry)
    } catch (error) {
      unsaved.set(file, { token, insteadOf: unsaved.get(file)?.insteadOf ?? old.accessToken })
      sso.trace?.warn({
        code: 'TOKEN_NOT_SAVED',
        text: `the renewed sign-in could not be written to ${file}${errorCode(error)}: it ends with this process`,
        remedy: 'Make room for the file, and make it one that you may write.',
      })
    }
  }

  /** What this process is alone with. It is not given up half-way: the old refresh token may be used up already. */
  const renew = async (sso: SsoConnection, file: string, before: SsoToken): Promise<SsoToken> => {
    const current = await read(sso, file)
    if (isReplaced(current, before, sso.host.now())) return current
    const { renewal } = current
    if (!renewal) throw expired(sso, file, current, 'it cannot be renewed')
    const issued = await renewToken(sso, renewal).catch((error: unknown) => {
      throw isRefusal(error) ? expired(sso, file, current, `its renewal was refused (${error.serviceCode})`) : error
    })
    const token = renewEntry(current, issued, sso.host.now())
    await save(sso, file, current, token)
    return token
  }

  const renewInTurn = async (sso: SsoConnection, file: string, before: SsoToken): Promise<SsoToken> => {
    const { host } = sso
    const alone = async (): Promise<SsoToken> => {
      const own = new AbortController().signal
      return withDeadline(host, RENEWAL_TIMEOUT_MS, own, (signal) => renew({ ...sso, signal }, file, before))
    }
    try {
      return await withDeadline(host, RENEWAL_TIMEOUT_MS, sso.signal, (signal) => host.withLock(file, alone, signal))
    } catch (error) {
      if (!(error instanceof DeadlinePassed)) throw error
      const problem = `the sign-in to ${sso.session.startUrl} was not renewed in ${RENEWAL_TIMEOUT_MS / 1000} s`
      throw failSso(sso, 'TIMEOUT', problem, 'Check the network, and try again')
    }
  }

  return {
    async get(sso) {
      const { host, session, source, trace } = sso
      const file = await locateSsoToken(host, session, source)
      trace?.fact('token file', file)
      const token = await read(sso, file)
      trace?.fact('token', `until ${formatTime(token.expiresAt)}`)

      const now = host.now()
      const leftMs = token.expiresAt.getTime() - now
      if (leftMs >= WINDOW_MS) return token
      const obstacle = findObstacle(sso, token)
      if (obstacle !== undefined && leftMs <= 0) throw expired(sso, file, token, obstacle)
      const sinceAttemptMs = Math.abs(now - (attempts.get(file) ?? Number.NEGATIVE_INFINITY))
      if (leftMs > 0 && (obstacle !== undefined || sinceAttemptMs < ATTEMPT_SPACING_MS)) return token

      attempts.set(file, now)
      try {
        return await renewInTurn(sso, file, token)
      } catch (error) {
        sso.signal.throwIfAborted()
        return await survive(sso, file, token, error)
      }
    },
  }

  /** What is left to go on with after a renewal that failed: what somebody else wrote meanwhile, or the old token. */
  async function survive(sso: SsoConnection, file: string, token: SsoToken, error: unknown): Promise<SsoToken> {
    const newest = await read(sso, file)
    if (newest.expiresAt.getTime() <= sso.host.now()) throw error
    if (newest.accessToken === token.accessToken && error instanceof CredentialsError)
      sso.trace?.warn({ code: 'TOKEN_NOT_RENEWED', text: error.problem, remedy: error.remedy })
    return newest
  }
}

function unsavedOn({ host }: SsoConnection): Map<string, Unsaved> {
  const unsaved = unsavedOf.get(host.readFile) ?? new Map<string, Unsaved>()
  unsavedOf.set(host.readFile, unsaved)
  return unsaved
}

/** Another process has been there first. */
function isReplaced(current: SsoToken, before: SsoToken, now: number): boolean {
  const leftMs = current.expiresAt.getTime() - now
  return leftMs >= WINDOW_MS || (current.accessToken !== before.accessToken && leftMs > 0)
}

/** Why this token cannot be renewed; undefined where it can. */
function findObstacle({ host, session }: SsoConnection, { renewal }: SsoToken): string | undefined {
  if (session.name === undefined) return 'without an sso-session it cannot be renewed'
  if (!renewal) return 'it cannot be renewed'
  if (renewal.registrationExpiresAt.getTime() > host.now()) return undefined
  return 'the registration that it is renewed with has expired too'
}

function expired(sso: SsoConnection, file: string, { expiresAt }: SsoToken, why: string): CredentialsError {
  const when = expiresAt.getTime() > sso.host.now() ? 'ends' : 'ended'
  return loginRequired(
    sso,
    `the sign-in to ${sso.session.startUrl} ${when} at ${formatTime(expiresAt)}, and ${why}`,
    file,
  )
}

/** The service has looked at the refresh token or the client, and will not have it. */
function isRefusal(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.serviceCode !== undefined
}
