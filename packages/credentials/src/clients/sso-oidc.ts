/**
 * The OIDC service of IAM Identity Center: clients register themselves, and get tokens for people.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 * @module
 */
import {
  type DeviceAuthorization,
  readDeviceAuthorization,
  readIssuedToken,
  readOidcError,
  readRegisteredClient,
} from '../formats/sso-answer.ts'
import type { IssuedToken, SsoClient, SsoRenewal } from '../formats/sso-token.ts'
import { ServiceError } from './service-error.ts'
import { callSso, failSso, type SsoConnection } from './sso-connection.ts'

export const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

type ClientIdentity = Pick<SsoClient, 'clientId' | 'clientSecret'>

/** All of these throw CredentialsError `SOURCE_REFUSED` (a {@link ServiceError} with the code of OAuth), and `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`. */
export async function renewToken(sso: SsoConnection, renewal: SsoRenewal): Promise<IssuedToken> {
  const { clientId, clientSecret, refreshToken } = renewal
  return createToken(sso, { grantType: 'refresh_token', clientId, clientSecret, refreshToken })
}

export async function redeemDeviceCode(
  sso: SsoConnection,
  { clientId, clientSecret }: ClientIdentity,
  deviceCode: string,
): Promise<IssuedToken> {
  return createToken(sso, { grantType: DEVICE_CODE_GRANT, clientId, clientSecret, deviceCode })
}

export async function redeemCode(
  sso: SsoConnection,
  { clientId, clientSecret }: ClientIdentity,
  proof: { readonly code: string; readonly codeVerifier: string; readonly redirectUri: string },
): Promise<IssuedToken> {
  return createToken(sso, { grantType: 'authorization_code', clientId, clientSecret, ...proof })
}

export interface NewClient {
  readonly clientName: string
  readonly scopes?: readonly string[]
  readonly grantTypes?: readonly string[]
  readonly redirectUris?: readonly string[]
  readonly issuerUrl?: string
}

export async function registerClient(sso: SsoConnection, client: NewClient): Promise<SsoClient> {
  return post(sso, '/client/register', { ...client, clientType: 'public' }, readRegisteredClient)
}

export async function startDeviceAuthorization(
  sso: SsoConnection,
  { clientId, clientSecret }: ClientIdentity,
): Promise<DeviceAuthorization> {
  const { startUrl } = sso
  return post(sso, '/device_authorization', { clientId, clientSecret, startUrl }, readDeviceAuthorization)
}

async function createToken(sso: SsoConnection, grant: Readonly<Record<string, string>>): Promise<IssuedToken> {
  return post(sso, '/token', grant, readIssuedToken)
}

async function post<T>(
  sso: SsoConnection,
  path: string,
  body: object,
  read: (text: string) => T | undefined,
): Promise<T> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const { status, text } = await callSso(sso, {
    service: 'oidc',
    path,
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  const { origin } = sso.endpointOf('oidc')
  const said = status === 200 ? undefined : readOidcError(text)
  if (status !== 200) {
    const problem = `${origin} answered ${path} with ${said ?? status}`
    const remedy = 'Check sso_region and sso_start_url, or sign in again'
    throw new ServiceError(
      problem,
      { code: 'SOURCE_REFUSED', source: sso.source, remedy, location: sso.location },
      { serviceCode: said },
    )
  }
  const answer = read(text)
  if (answer) return answer
  throw failSso(sso, 'RESPONSE_INVALID', `${origin} sent nothing usable for ${path}`, 'Check what serves that address')
}
