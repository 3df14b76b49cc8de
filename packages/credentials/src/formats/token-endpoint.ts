/** Which addresses of AWS services keep what is sent to them private. */
import { CredentialsError } from '../errors.ts'
import type { Warning } from '../model/provider.ts'
import { withoutResolver } from './local-host.ts'

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** Over https, or over http to this machine itself. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || LOOPBACK.test(hostname)
}

/** For requests that the AWS SDKs send wherever a setting says; undefined where nobody else can read them. */
export function warnOfPlainHttp(endpoint: URL): Warning | undefined {
  if (isPrivate(endpoint)) return undefined
  return {
    code: 'PLAIN_HTTP',
    text: `${endpoint.origin} is asked over plain http: whoever is on the way reads what it answers`,
    remedy: 'Configure an https address for this service.',
  }
}

/**
 * For proofs that whoever holds them may use: tokens of an identity provider, refresh tokens, sign-in codes.
 *
 * @throws CredentialsError `CONFIG_INVALID` for an address that is neither https nor on this machine.
 */
export function checkTokenEndpoint(endpoint: URL, source: string): URL {
  if (!isPrivate(endpoint)) {
    const problem = `a token may not be sent to ${endpoint.origin}: its way would not be private`
    const remedy = 'Configure an https address for this service, or one on this machine'
    throw new CredentialsError(problem, { code: 'CONFIG_INVALID', source, remedy })
  }
  return endpoint.protocol === 'https:' ? endpoint : withoutResolver(endpoint)
}
