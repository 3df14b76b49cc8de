/**
 * The credentials of a role in IAM Identity Center, for the sign-in of a person.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 * @module
 */
import { isCredentialsError } from '../errors.ts'
import { shareSsoRole } from '../formats/aws-cli-cache.ts'
import type { SsoRole } from '../formats/sso-settings.ts'
import type { StaticKeys } from '../model/credentials.ts'
import { keepSession, type SessionKeys, type SessionName } from '../model/sessions.ts'
import { locateSsoToken, readSsoToken } from './sso-cache.ts'
import { connectToSso, type SsoConnection, withinOverallTime } from './sso-connection.ts'
import { getRoleCredentials } from './sso-portal.ts'
import { createSsoTokens } from './sso-token.ts'

export { connectToSso, createSsoTokens, withinOverallTime }

export interface SsoRoles {
  /** @throws CredentialsError what the token and {@link getRoleCredentials} fail with. */
  getCredentials(sso: SsoConnection, role: SsoRole): Promise<SessionKeys>
}

/** Keeps what is known of a token from one call to the next. */
export function createSsoRoles(): SsoRoles {
  const tokens = createSsoTokens()

  const exchange = async (sso: SsoConnection, role: SsoRole): Promise<StaticKeys> => {
    const { accessToken } = await tokens.get(sso)
    try {
      return await getRoleCredentials(sso, accessToken, role)
    } catch (error) {
      if (!isCredentialsError(error) || error.code !== 'LOGIN_REQUIRED') throw error
      const newest = await tokens.get(sso) // the person may have signed in again just now
      if (newest.accessToken === accessToken) throw error
      return await getRoleCredentials(sso, newest.accessToken, role)
    }
  }

  return {
    async getCredentials(sso, role) {
      sso.trace?.fact('start URL', sso.session.startUrl)
      sso.trace?.fact('role', `${role.roleName} in ${role.accountId}`)
      const fetch = () => withinOverallTime(sso, (signal) => exchange({ ...sso, signal }, role))
      return keepSession(sso, () => nameSession(sso, role), fetch)
    },
  }
}

/** Of whoever is signed in: the token in the file tells one person from the next. */
async function nameSession(sso: SsoConnection, role: SsoRole): Promise<SessionName> {
  const { host, session, source } = sso
  const file = await locateSsoToken(host, session, source)
  return {
    kind: 'sso',
    at: sso.endpointOf('portal').origin,
    by: JSON.stringify([session.name, session.startUrl]),
    parameters: { accountId: role.accountId, roleName: role.roleName },
    subject: `${role.roleName} in ${role.accountId}`,
    async readProof() {
      const token = await readSsoToken(sso, file)
      return typeof token === 'string' ? token : token.accessToken
    },
    awsCli: async () => shareSsoRole(session, role, file),
  }
}
