/** Which addresses may be sent a token. */
import { CredentialsError } from '../errors.ts'

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/**
 * Where a token may be sent: over https, or over http to this machine itself.
 *
 * @throws CredentialsError `CONFIG_INVALID`.
 */
export function checkTokenEndpoint(endpoint: URL, source: string): URL {
  if (endpoint.protocol === 'https:') return endpoint
  if (!LOOPBACK.test(endpoint.hostname)) {
    const problem = `a token may not be sent to ${endpoint.origin}: its way would not be private`
    const remedy = 'Configure an https address for this service, or one on this machine'
    throw new CredentialsError(problem, { code: 'CONFIG_INVALID', source, remedy })
  }
  const url = new URL(endpoint)
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1' // a resolver could send the name elsewhere
  return url
}
