/**
 * Tokens of the access portal for a code, a refresh token or a device code.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 * @module
 */
import { isAnswerTo } from '../oauth/authorization-request.ts'
import { type JsonBody, readJsonBody } from '../oauth/json-body.ts'
import { type Answer, answerJson, type HttpRequest } from '../service.ts'
import type { World } from '../world.ts'
import { type Client, DEVICE_GRANT } from './clients.ts'
import { createRefusal, requestId } from './errors.ts'
import type { IdentityCenter } from './identity-center.ts'
import type { IssuedToken } from './tokens.ts'

type Grant = (body: JsonBody, client: Client, center: IdentityCenter) => IssuedToken

const GRANTS: ReadonlyMap<string, Grant> = new Map([
  ['authorization_code', redeemCode],
  ['refresh_token', refresh],
  [DEVICE_GRANT, redeemDevice],
])

export function createToken(request: HttpRequest, _world: World, center: IdentityCenter): Answer {
  const body = readJsonBody(request, (problem) => createRefusal('invalid_request', problem))
  const grantType = body.required('grantType')
  const grant = GRANTS.get(grantType)
  if (!grant) throw createRefusal('unsupported_grant_type', 'grantType is not one of this service')
  const client = center.clients.authenticate(body.required('clientId'), body.required('clientSecret'))
  if (!client.grantTypes.includes(grantType))
    throw createRefusal('unauthorized_client', 'The client has not registered for this grantType')

  const { accessToken, expiresInSeconds, refreshToken } = grant(body, client, center)
  return answerJson(200, { accessToken, tokenType: 'Bearer', expiresIn: expiresInSeconds, refreshToken }, requestId())
}

/** A code is used by the first attempt, be it good or not. */
function redeemCode(body: JsonBody, client: Client, { codes, tokens }: IdentityCenter): IssuedToken {
  const [code, redirectUri, verifier] = [
    body.required('code'),
    body.required('redirectUri'),
    body.required('codeVerifier'),
  ]
  const authorization = codes.take(code)
  if (authorization?.client.id !== client.id) throw createRefusal('invalid_grant', 'Invalid authorization code')
  if (authorization.redirectUri !== redirectUri)
    throw createRefusal('invalid_grant', 'redirectUri is not the one that the code was sent to')
  if (!isAnswerTo(authorization.challenge, verifier))
    throw createRefusal('invalid_grant', 'codeVerifier does not match the code_challenge')
  return tokens.begin(client)
}

function refresh(body: JsonBody, client: Client, { tokens }: IdentityCenter): IssuedToken {
  const token = tokens.refresh(body.required('refreshToken'), client)
  if (!token) throw createRefusal('invalid_grant', 'Invalid refresh token provided')
  return token
}

function redeemDevice(body: JsonBody, client: Client, { devices, tokens }: IdentityCenter): IssuedToken {
  devices.redeem(body.required('deviceCode'), client)
  return tokens.begin(client)
}
