/** Secrets that are good once and for a while: authorization codes, refresh tokens, the tokens of forms. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'

const SECRET_BYTES = 47

export interface OneTimeSecrets<T> {
  /** Returns the secret under which the value can be had. */
  issue(value: T, expiresAt: number): string
  /** Undefined for a secret that is unknown, used or expired. */
  find(secret: string): T | undefined
  /** As `find`, and the secret is used with that. */
  take(secret: string): T | undefined
}

export function createOneTimeSecrets<T>(clock: Clock): OneTimeSecrets<T> {
  const entries = new Map<string, { readonly value: T; readonly expiresAt: number }>()
  const find = (secret: string): T | undefined => {
    const entry = entries.get(secret)
    return entry && entry.expiresAt > clock.now() ? entry.value : undefined
  }
  return {
    issue: (value, expiresAt) => {
      const secret = createSecret()
      entries.set(secret, { value, expiresAt })
      return secret
    },
    find,
    take: (secret) => {
      const value = find(secret)
      entries.delete(secret)
      return value
    },
  }
}

/** Never begins as an option does: people give tokens to programs. */
export function createSecret(): string {
  return `s${randomBytes(SECRET_BYTES).toString('base64url')}`
}
