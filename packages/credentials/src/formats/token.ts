import { CredentialsError, type Location } from '../errors.ts'

/** Web identity tokens are at most this long, and no other token is longer. */
const MAX_LENGTH = 20_000

/**
 * One trailing line end is trimmed. Anything else that no header can carry is refused, unquoted.
 *
 * @param from names the variable or file in errors.
 * @throws CredentialsError `CONFIG_INVALID`.
 */
export function checkToken(text: string | undefined, from: string, source: string, location?: Location): string {
  const token = String(text ?? '').replace(/\r?\n$/, '')
  const problem = problemOf(token)
  if (!problem) return token
  throw new CredentialsError(`${from} ${problem}`, {
    code: 'CONFIG_INVALID',
    source,
    remedy: 'Write the token alone, on one line',
    location,
  })
}

function problemOf(token: string): string | undefined {
  if (token.trim() === '') return 'is empty'
  if (/[\r\n\0]/.test(token)) return 'is not one line'
  if (token.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`
  if (/[^\t\x20-\x7e\x80-\xff]/.test(token)) return 'has characters that no header can carry'
  return undefined
}
