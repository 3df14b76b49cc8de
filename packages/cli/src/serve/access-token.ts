/** The word that lets a caller in. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN_BYTES = 32
const DIGEST_CHARACTERS = 64

export interface AccessToken {
  readonly text: string
  /** Takes the same time whatever is given. */
  isSame(given: string | undefined): boolean
}

export function createAccessToken(): AccessToken {
  const text = randomBytes(TOKEN_BYTES).toString('base64url')
  const expected = Buffer.from(digest(text))
  const shown = Buffer.alloc(DIGEST_CHARACTERS) // a new one for each request is work for the garbage collector
  return {
    text,
    isSame: (given = '') => {
      shown.write(digest(given), 'latin1')
      return timingSafeEqual(shown, expected)
    },
  }
}

/** In hexadecimal: Node makes that in half the time of bytes. */
function digest(text: string): string {
  return hash('sha256', text, 'hex')
}
