import { randomBytes } from 'node:crypto'

/** Keys as STS gives them out, known to the services that check them. */
export interface IssuedKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

export interface KeyRing {
  issue(lifeMs: number): IssuedKeys
  find(accessKeyId: string): IssuedKeys | undefined
  /** Ends them before their time, unknown to whoever holds them. */
  revoke(accessKeyId: string): void
  isExpired(keys: IssuedKeys, now: number): boolean
  /** How many were given out. */
  readonly count: number
}

export function createKeyRing(now: () => number): KeyRing {
  const issued = new Map<string, IssuedKeys>()
  const revoked = new Set<string>()
  return {
    issue(lifeMs) {
      const accessKeyId = `ASIA${String(issued.size + 1).padStart(16, '0')}`
      const keys = {
        accessKeyId,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(60).toString('base64'),
        expiration: new Date(now() + lifeMs),
      }
      issued.set(accessKeyId, keys)
      return keys
    },
    find: (accessKeyId) => issued.get(accessKeyId),
    revoke: (accessKeyId) => revoked.add(accessKeyId),
    isExpired: (keys, at) => revoked.has(keys.accessKeyId) || keys.expiration.getTime() <= at,
    get count() {
      return issued.size
    },
  }
}
