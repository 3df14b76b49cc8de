/**
 * A client makes itself known: what it is called, how and where it wants its tokens.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
 * @module
 */
import { readJsonBody } from '../oauth/json-body.ts'
import { parseLoopback } from '../oauth/redirect-uri.ts'
import { type Answer, answerJson, type HttpRequest } from '../service.ts'
import { DEVICE_GRANT, GRANTS } from './clients.ts'
import { createRefusal, requestId } from './errors.ts'
import type { IdentityCenter } from './identity-center.ts'

const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/

/** Public clients only. One that names no grants is of the time before authorization codes. */
export function registerClient(request: HttpRequest, { clients }: IdentityCenter): Answer {
  const body = readJsonBody(request, (problem) => createRefusal('invalid_request', problem))
  const name = body.required('clientName')
  if (body.required('clientType') !== 'public')
    throw createRefusal('invalid_client_metadata', 'clientType is to be public')

  const grantTypes = body.texts('grantTypes') ?? [DEVICE_GRANT, 'refresh_token']
  if (!grantTypes.every((grant) => GRANTS.includes(grant)))
    throw createRefusal('unsupported_grant_type', `grantTypes are ${GRANTS.join(', ')}`)
  const scopes = body.texts('scopes') ?? []
  if (!scopes.every((scope) => SCOPE.test(scope))) throw createRefusal('invalid_scope', 'A scope is malformed')
  const redirectUris = body.texts('redirectUris') ?? []
  if (!redirectUris.every((address) => parseLoopback(address)))
    throw createRefusal('invalid_redirect_uri', 'redirectUris are http addresses on loopback, as http://127.0.0.1/path')
  if (grantTypes.includes('authorization_code')) {
    if (redirectUris.length === 0) throw createRefusal('invalid_request', 'redirectUris is missing')
    body.required('issuerUrl')
  }

  const client = clients.register({ name, scopes, grantTypes, redirectUris })
  return answerJson(
    200,
    {
      clientId: client.id,
      clientSecret: client.secret,
      clientIdIssuedAt: Math.floor(client.issuedAt / 1000),
      clientSecretExpiresAt: Math.floor(client.expiresAt / 1000),
    },
    requestId(),
  )
}
