/** Sessions that outlive a call: what names one, and what keeps them. */
import type { StaticKeys } from './credentials.ts'

/** Whose session it is, and what it may do. Two names that differ in anything are two sessions. */
export interface SessionName {
  /** `assume-role`, `web-identity`, `sso`, `mfa`, `roles-anywhere`. */
  readonly kind: string
  /** Origin of the service that gives it. */
  readonly at: string
  /** Who asks for it: the id of a key or of the session before, the claims of a token. */
  readonly by: string
  /** What is asked for. Never a secret. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Told to people: a role, a device. */
  readonly subject: string
  /** Changes with who is behind the name, where the name cannot tell: a session with another proof is not this one. */
  readonly readProof?: () => Promise<string>
  /** A person is asked for it: it is used to its end. */
  readonly needsPerson?: boolean
  /** The same session in the AWS CLI's cache, where it has one that may be shared. */
  readonly awsCli?: () => Promise<AwsCliSession | undefined>
}

/** A file of `~/.aws/cli/cache`. */
export interface AwsCliSession {
  /** What its name is the SHA-1 of. */
  readonly key: string
  /** Written beside the credentials. */
  readonly fields: Readonly<Record<string, string>>
  /** Whether what is cached is this session and no other's, as far as the entry tells. */
  readonly isOurs: (entry: Readonly<Record<string, unknown>>) => boolean
  /** Files that say whose session it is. What was cached before they were last written may be somebody else's. */
  readonly decidedBy: readonly string[]
}

/**
 * Keys that stay in use past their end while their source cannot be asked for new ones: AWS lets a session of an
 * instance, a container or a role outlive a short outage. Other sources' keys end when they say.
 */
export interface SessionKeys extends StaticKeys {
  readonly staleAllowed: true
}

/** How a session came out of a store. */
export interface KeptSession {
  /** Names it for good, while its keys change. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly fetchedAtMs: number
  /** Why these keys are not newer ones, told to the one who asked for those. */
  readonly failure?: unknown
}

/** Gives the session that is kept under a name, or asks for a new one and keeps that. */
export interface Sessions {
  get(name: SessionName, ask: () => Promise<StaticKeys>): Promise<SessionKeys>
}

export function session(keys: StaticKeys): SessionKeys {
  return { ...keys, staleAllowed: true }
}

/** Credentials have six fields, for everybody to see. That a store gave them is known beside them. */
const kept = new WeakMap<StaticKeys, KeptSession>()

export function markKept<K extends StaticKeys>(keys: K, session: KeptSession | undefined): K {
  if (session) kept.set(keys, session)
  return keys
}

export function keptOf(keys: StaticKeys): KeptSession | undefined {
  return kept.get(keys)
}

/** Who a session's keys belong to when they ask for the next: the id that stays, where there is one. */
export function callerOf(keys: StaticKeys): string {
  return keptOf(keys)?.id ?? keys.accessKeyId
}

/** By the store where there is one, else by asking. Without a store no session needs a name. */
export async function keepSession(
  { sessions }: { readonly sessions?: Sessions | undefined },
  name: () => Promise<SessionName>,
  ask: () => Promise<StaticKeys>,
): Promise<SessionKeys> {
  return sessions ? sessions.get(await name(), ask) : session(await ask())
}
