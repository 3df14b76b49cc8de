import { checkTokenEndpoint } from '../formats/token-endpoint.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { TokenGiver } from './explain-refusal.ts'
import { ServiceError } from './service-error.ts'
import { assumeRoleWithWebIdentity, type WebIdentityRequest } from './sts.ts'
import type { StsConnection } from './sts-connection.ts'

const TOO_OLD = ['ExpiredTokenException', 'ExpiredToken', 'IDPRejectedClaim']

/**
 * Exchanges a token for a session. A token that was too old is fetched once more: it may have been renewed meanwhile.
 *
 * @throws CredentialsError as {@link assumeRoleWithWebIdentity} does, with what the token claims where that decides; what
 *   `readToken` throws; and `CONFIG_INVALID` before the token is read where STS is configured at an address that it may not
 *   be sent to.
 */
export async function exchangeToken(
  sts: StsConnection,
  role: Omit<WebIdentityRequest, 'token'>,
  readToken: () => Promise<string>,
  giver?: TokenGiver,
): Promise<StaticKeys> {
  checkTokenEndpoint(sts.url, sts.source)
  let token = await readToken()
  const exchange = () => assumeRoleWithWebIdentity(sts, { ...role, token })
  const exchangeFresh = async (error: unknown) => {
    const fresh = isTooOld(error) ? await readToken() : token
    if (fresh === token) throw error
    token = fresh
    return exchange()
  }
  return exchange()
    .catch(exchangeFresh)
    .catch(async (error: unknown) => {
      if (!(error instanceof ServiceError)) throw error
      throw (await import('./explain-refusal.ts')).explainRefusal(error, token, giver)
    })
}

function isTooOld(error: unknown): boolean {
  return error instanceof ServiceError && TOO_OLD.includes(error.serviceCode ?? '')
}
