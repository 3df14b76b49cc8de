/**
 * Every access key the sandbox has given out: long-lived ones of users (AKIA…) and temporary ones (ASIA…).
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Identity, SessionTraits } from './identity.ts'

const SECRET_BYTES = 30 // 40 characters of base64
const SESSION_TOKEN_BYTES = 258 // 344 characters of base64, with the + and / that real ones have
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly identity: Identity
  /** Undefined for the long-lived keys of a user. */
  readonly session: Session | undefined
}

export interface Session extends SessionTraits {
  readonly token: string
  /** Epoch milliseconds. */
  readonly issuedAt: number
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

export interface TemporaryKey extends AccessKey {
  readonly session: Session
}

export interface Keys {
  issueLongLived(identity: Identity): AccessKey
  issueTemporary(identity: Identity, durationSeconds: number, traits?: Partial<SessionTraits>): TemporaryKey
  find(accessKeyId: string): AccessKey | undefined
}

/** @param longestSeconds that a temporary key lives, whatever is asked for. */
export function createKeys(clock: Clock, longestSeconds: number = Number.POSITIVE_INFINITY): Keys {
  const keys = new Map<string, AccessKey>()
  const issue = <K extends AccessKey>(key: K): K => {
    keys.set(key.accessKeyId, key)
    return key
  }
  return {
    issueLongLived: (identity) =>
      issue({ accessKeyId: createId('AKIA'), secretAccessKey: createSecret(), identity, session: undefined }),
    issueTemporary: (identity, durationSeconds, traits) => {
      const issuedAt = clock.now()
      const session: Session = {
        tags: {},
        transitiveTagKeys: [],
        sourceIdentity: undefined,
        mfaPresent: false,
        ...traits,
        token: randomBytes(SESSION_TOKEN_BYTES).toString('base64'),
        issuedAt,
        expiresAt: Math.floor(issuedAt / 1000) * 1000 + Math.min(durationSeconds, longestSeconds) * 1000,
      }
      return issue({ accessKeyId: createId('ASIA'), secretAccessKey: createSecret(), identity, session })
    },
    find: (accessKeyId) => keys.get(accessKeyId),
  }
}

/** An AWS unique id: a prefix that says what it is, and 16 characters for a key, 17 for a user or role. */
export function createId(prefix: 'AKIA' | 'ASIA' | 'AIDA' | 'AROA'): string {
  const length = prefix === 'AKIA' || prefix === 'ASIA' ? 16 : 17
  return prefix + [...randomBytes(length)].map((byte) => BASE32[byte % BASE32.length]).join('')
}

function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64')
}
