import { checkTokenEndpoint } from '../formats/token-endpoint.ts'
import type { StaticKeys } from '../model/credentials.ts'
import { ServiceError } from './service-error.ts'
import { assumeRoleWithWebIdentity, type WebIdentityRequest } from './sts.ts'
import type { StsConnection } from './sts-connection.ts'

const TOO_OLD = ['ExpiredTokenException', 'ExpiredToken', 'IDPRejectedClaim']

/**
 * Exchanges a token for a session. A token that was too old is fetched once more: it may have been renewed meanwhile.
 *
 * @throws CredentialsError as {@link assumeRoleWithWebIdentity} does, what `readToken` throws, and `CONFIG_INVALID` before
 *   the token is read where STS is configured at an address that it may not be sent to.
 */
export async function exchangeToken(
  sts: StsConnection,
  role: Omit<WebIdentityRequest, 'token'>,
  readToken: () => Promise<string>,
): Promise<StaticKeys> {
  checkTokenEndpoint(sts.url, sts.source)
  const token = await readToken()
  try {
    return await assumeRoleWithWebIdentity(sts, { ...role, token })
  } catch (error) {
    if (!(error instanceof ServiceError && TOO_OLD.includes(error.serviceCode ?? ''))) throw error
    const fresh = await readToken()
    if (fresh === token) throw error
    return await assumeRoleWithWebIdentity(sts, { ...role, token: fresh })
  }
}
