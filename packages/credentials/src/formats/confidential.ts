/** Which addresses may be sent a token. */
import { CredentialsError } from '../errors.ts'

/** 127.0.0.0/8 and ::1; the name is asked at the address itself, since a resolver could send it elsewhere. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Tokens travel by https, or to this machine: the URL to ask.
 *
 * @throws CredentialsError `CONFIG_INVALID`.
 */
export function confidential(url: URL, source: string): URL {
  if (url.protocol === 'https:') return url
  if (!LOOPBACK.test(url.hostname)) {
    const remedy = 'Use https, or http on this machine'
    throw new CredentialsError(`${url.host} may not be sent tokens over http`, { code: 'CONFIG_INVALID', source, remedy })
  }
  const asked = new URL(url)
  if (asked.hostname === 'localhost') asked.hostname = '127.0.0.1'
  return asked
}
