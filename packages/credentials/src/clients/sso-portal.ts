/**
 * The access portal of IAM Identity Center: for a token, the credentials of a role that a person is assigned to.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
 * @module
 */
import { readRoleCredentials } from '../formats/sso-answer.ts'
import type { SsoRole } from '../formats/sso-settings.ts'
import type { StaticKeys } from '../model/credentials.ts'
import { callSso, failSso, loginRequired, type SsoConnection } from './sso-connection.ts'

/**
 * @throws CredentialsError `LOGIN_REQUIRED` where the token is not accepted, `SOURCE_REFUSED` where the person has no
 *   such role, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`.
 */
export async function getRoleCredentials(
  sso: SsoConnection,
  accessToken: string,
  { accountId, roleName }: SsoRole,
): Promise<StaticKeys> {
  const { status, text } = await callSso(sso, {
    service: 'portal',
    path: '/federation/credentials',
    query: { role_name: roleName, account_id: accountId },
    headers: bearing(accessToken),
  })
  if (status === 401) throw loginRequired(sso, `${sso.session.startUrl} no longer accepts the sign-in: unauthorized`)
  if (status !== 200) {
    const problem = `${sso.session.startUrl} gives no ${roleName} in ${accountId} (${status})`
    throw failSso(sso, 'SOURCE_REFUSED', problem, 'Check sso_account_id and sso_role_name, or ask to be assigned')
  }
  const keys = readRoleCredentials(text)
  if (!keys?.expiration) {
    const { origin } = sso.endpointOf('portal')
    throw failSso(sso, 'RESPONSE_INVALID', `${origin} sent no credentials`, 'Check what serves that address')
  }
  if (keys.expiration.getTime() > sso.host.now()) return { ...keys, accountId }
  const problem = `the credentials of ${roleName} in ${accountId} have expired on their way`
  throw failSso(sso, 'EXPIRED', problem, 'Check the clocks of both sides')
}

/** Ends the sign-in at the service. Says false where it was over. */
export async function logout(sso: SsoConnection, accessToken: string): Promise<boolean> {
  const headers = bearing(accessToken)
  const { status } = await callSso(sso, { service: 'portal', path: '/logout', method: 'POST', headers })
  return status >= 200 && status < 300
}

function bearing(accessToken: string): Readonly<Record<string, string>> {
  return { 'x-amz-sso_bearer_token': accessToken, accept: 'application/json' }
}
