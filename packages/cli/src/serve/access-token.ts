/** The word that lets a caller in. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN_BYTES = 32

export interface AccessToken {
  readonly text: string
  /** Takes the same time whatever is given. */
  isSame(given: string | undefined): boolean
}

export function createAccessToken(): AccessToken {
  const text = randomBytes(TOKEN_BYTES).toString('base64url')
  const expected = digest(text)
  return { text, isSame: (given = '') => timingSafeEqual(digest(given), expected) }
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
