/**
 * The public side of the issuer: its configuration and its keys.
 *
 * Source  https://openid.net/specs/openid-connect-discovery-1_0.html
 * @module
 */
import type { Issuer } from './issuer.ts'
import { answerJson, type Service } from './service.ts'

const OPERATIONS: Readonly<Record<string, string>> = {
  '/.well-known/openid-configuration': 'GetConfiguration',
  '/.well-known/jwks.json': 'GetJwks',
}

export function createOidc(issuer: Issuer): Service {
  const configuration = {
    issuer: issuer.url,
    jwks_uri: `${issuer.url}/.well-known/jwks.json`,
    authorization_endpoint: 'urn:kubernetes:programmatic_authorization',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['iss', 'aud', 'sub', 'iat', 'exp', 'jti'],
  }
  return {
    name: 'oidc',
    operationOf: ({ method, path }) => (method === 'GET' ? OPERATIONS[path] : undefined),
    answer: async ({ path }) => answerJson(200, OPERATIONS[path] === 'GetJwks' ? await issuer.jwks() : configuration),
    refuse: ({ status = 500, code = 'server_error', message }) =>
      answerJson(status, { error: code, error_description: message }),
  }
}
