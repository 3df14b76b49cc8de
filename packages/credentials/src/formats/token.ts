import { CredentialsError, type Location } from '../errors.ts'

/** Web identity tokens are at most this long, and no other token is longer. */
const MAX_LENGTH = 20_000

/**
 * One trailing line end is trimmed. Anything else that would end a header line early is refused, unquoted.
 *
 * @param from names the variable or file in errors.
 * @throws CredentialsError `CONFIG_INVALID`.
 */
export function checkToken(text: string, from: string, source: string, location?: Location): string {
  const token = text.replace(/\r?\n$/, '')
  const problem =
    token.trim() === ''
      ? 'is empty'
      : /[\r\n\0]/.test(token)
        ? 'is not one line'
        : token.length > MAX_LENGTH
          ? `is longer than ${MAX_LENGTH} characters`
          : undefined
  if (!problem) return token
  throw new CredentialsError(`${from} ${problem}`, {
    code: 'CONFIG_INVALID',
    source,
    remedy: 'Write the token alone, on one line',
    location,
  })
}
