/**
 * One session for all processes that ask for the same: found in the store, renewed by one of them, its failures shared.
 *
 * The lock keeps two from asking at once, and nothing more: what is served was read after the lock was had, and what is
 * written replaces nothing newer.
 *
 * Source  the credential refresh design that the AWS SDKs share; see docs/shared-store.md
 * @module
 */
import { CredentialsError } from '../errors.ts'
import {
  backOffFrom,
  findDueness,
  isBackingOff,
  isFinal,
  isRefusing,
  isServable,
  type Life,
  RememberedRefusal,
  refusalFrom,
} from '../freshness.ts'
import type { CredentialStore } from '../model/credential-store.ts'
import type { StaticKeys } from '../model/credentials.ts'
import {
  type KeptSession,
  markKept,
  type SessionKeys,
  type SessionName,
  type Sessions,
  session,
} from '../model/sessions.ts'
import { sha256Hex } from './digest.ts'
import {
  formatEntry,
  fromFailure,
  parseEntry,
  type StoredKeys,
  type StoredSession,
  toFailure,
  toKeys,
  toStoredKeys,
} from './entry.ts'
import { sessionId } from './session-id.ts'
import type { StoreCaller } from './store-caller.ts'

/** In the advisory window nobody waits for another's renewal; so long it takes to see that there is one. */
const PATIENCE_MS = 25

export interface SessionsOptions {
  readonly caller: StoreCaller
  readonly store: CredentialStore
  readonly request: SessionRequest
  /** Whether sessions go to and fro between this store and the AWS CLI's cache. */
  readonly sharesAwsCli: boolean
}

/** What the caller of `createCredentials` wants. */
export interface SessionRequest {
  readonly minValidityMs?: number | undefined
  readonly forceRefresh?: boolean | undefined
  /** The key that a service has refused. */
  readonly rejectedAccessKeyId?: string | undefined
  readonly advisoryWindowSeconds?: number | undefined
}

/** For one request: what is fetched while it lasts is new enough for it, even where it forces a refresh. */
export function createSessions(options: SessionsOptions): Sessions {
  const begunMs = options.caller.host.now()
  return {
    get: (name, ask) => createTurn(options, begunMs, name, ask).take(),
  }
}

/** What an entry says before anybody is asked. */
type Verdict = { readonly keys: SessionKeys } | { readonly due: 'advisory' | 'mandatory' }

function createTurn(
  { caller, store, request, sharesAwsCli }: SessionsOptions,
  begunMs: number,
  name: SessionName,
  ask: () => Promise<StaticKeys>,
) {
  const { host } = caller
  const id = sessionId(name)
  const arrivedMs = host.now()
  const staleAllowed = name.needsPerson !== true

  return { take }

  async function take(): Promise<SessionKeys> {
    const seen = await read()
    const verdict = judge(seen)
    if ('keys' in verdict) return verdict.keys
    if (verdict.due === 'mandatory' || !seen?.keys) return store.withLock(id, renewUnlessDone, caller.signal)
    return (await takeIfNobodyElseDoes()) ?? give(seen.keys)
  }

  /** undefined where somebody else is at it. */
  async function takeIfNobodyElseDoes(): Promise<SessionKeys | undefined> {
    const patience = new AbortController()
    const ended = new AbortController()
    const own = AbortSignal.any([caller.signal, patience.signal])
    let began = false
    const begin = (): Promise<SessionKeys> => {
      began = true
      ended.abort()
      return renewUnlessDone()
    }
    host.sleep(PATIENCE_MS, ended.signal).then(
      () => patience.abort(),
      () => {},
    )
    try {
      return await store.withLock(id, begin, own)
    } catch (error) {
      if (began || caller.signal.aborted) throw error
      return undefined
    }
  }

  async function renewUnlessDone(): Promise<SessionKeys> {
    const current = await read()
    const verdict = judge(current)
    if ('keys' in verdict) return verdict.keys
    const { failure } = current ?? {}
    if (failure && failure.atMs >= arrivedMs && failure.atMs <= host.now()) throw fromFailure(failure)

    const ofCli = await askAwsCli()
    if (ofCli && dueness(ofCli) === 'no') return keep(current, ofCli)
    try {
      return await keep(current, toStoredKeys(await ask(), host.now()))
    } catch (error) {
      return survive(current, error)
    }
  }

  /** Good as they are, or all there is for now; or due. Throws the refusal of a moment ago. */
  function judge(entry: StoredSession | undefined): Verdict {
    const now = host.now()
    const due = entry?.keys ? dueness(entry.keys) : 'mandatory'
    if (entry?.keys && due === 'no') return { keys: give(entry.keys) }
    if (entry?.refusal && isRefusing(entry.refusal, now))
      throw new RememberedRefusal(fromFailure(entry.refusal), entry.refusal)
    if (entry?.keys && isBackingOff(entry.backOff, now) && isServable(lifeOf(entry.keys), now))
      return { keys: give(entry.keys) }
    return { due: due === 'no' ? 'advisory' : due }
  }

  function dueness(keys: StoredKeys): 'no' | 'advisory' | 'mandatory' {
    if (keys.accessKeyId === request.rejectedAccessKeyId) return 'mandatory'
    if (request.forceRefresh && keys.fetchedAtMs < begunMs) return 'mandatory'
    return findDueness(lifeOf(keys), host.now(), request)
  }

  function lifeOf(stored: StoredKeys): Life {
    return { expiration: toKeys(stored).expiration, fetchedAtMs: stored.fetchedAtMs, staleAllowed }
  }

  function give(stored: StoredKeys, failure?: unknown): SessionKeys {
    const kept: KeptSession = { id, fetchedAtMs: stored.fetchedAtMs, ...(failure === undefined ? {} : { failure }) }
    return markKept(session(toKeys(stored)), kept)
  }

  async function keep(current: StoredSession | undefined, keys: StoredKeys): Promise<SessionKeys> {
    await write(current, { keys })
    await tellAwsCli(keys).catch(() => {})
    return give(keys)
  }

  async function askAwsCli(): Promise<StoredKeys | undefined> {
    const session = sharesAwsCli ? await name.awsCli?.() : undefined
    return session && (await import('./aws-cli-cache.ts')).readAwsCliSession(host, id, session)
  }

  async function tellAwsCli(keys: StoredKeys): Promise<void> {
    const session = sharesAwsCli ? await name.awsCli?.() : undefined
    if (session) await (await import('./aws-cli-cache.ts')).writeAwsCliSession(host, id, session, keys)
  }

  /** What comes of a failure is shared as a success is. */
  async function survive(current: StoredSession | undefined, error: unknown): Promise<SessionKeys> {
    if (!(error instanceof CredentialsError)) throw error // the caller gave up, or a fault of ours
    const keys = current?.keys
    if (isFinal(error)) {
      await write(current, { keys, refusal: { ...refusalFrom(host), ...toFailure(error) } })
      throw error
    }
    const failure = { atMs: host.now(), ...toFailure(error) }
    if (keys && isServable(lifeOf(keys), host.now())) {
      await write(current, { keys, failure, backOff: backOffFrom(host) })
      return give(keys, error)
    }
    await write(current, { keys, failure })
    throw error
  }

  async function readProof(): Promise<string | undefined> {
    const proof = await name.readProof?.().catch(() => '') // what cannot be read is for the provider to complain of
    return proof === undefined ? undefined : sha256Hex(proof)
  }

  async function read(): Promise<StoredSession | undefined> {
    try {
      const text = await store.read(id)
      const entry = text === undefined ? undefined : parseEntry(id, text)
      return entry && entry.proof === (await readProof()) ? entry : undefined
    } catch (error) {
      tellOf(error, 'read')
      return undefined
    }
  }

  /** What is at hand is served whatever becomes of the disk. An entry that changed meanwhile is the newer one. */
  async function write(
    current: StoredSession | undefined,
    news: Pick<StoredSession, 'keys' | 'backOff' | 'refusal' | 'failure'>,
  ): Promise<void> {
    try {
      const newest = await read()
      const isOvertaken = newest !== undefined && newest.revision !== current?.revision
      if (isOvertaken && (newest.keys?.expiresAtMs ?? 0) >= (news.keys?.expiresAtMs ?? 0)) return
      const revision = (newest?.revision ?? 0) + 1
      const { kind, subject } = name
      await store.write(id, formatEntry(id, { revision, kind, subject, proof: await readProof(), ...news }))
    } catch (error) {
      tellOf(error, 'written')
    }
  }

  function tellOf(error: unknown, done: 'read' | 'written'): void {
    const known = error instanceof CredentialsError ? error : undefined
    caller.trace?.warn({
      code: 'STORE_NOT_USED',
      text: known?.problem ?? `the shared store cannot be ${done}: sessions are not shared between processes`,
      remedy: known?.remedy ?? 'Make its folder one that you may write to, or set ROLECALL_STORE=memory.',
    })
  }
}
