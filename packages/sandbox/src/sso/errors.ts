/**
 * How the OIDC service of IAM Identity Center says no: an exception of AWS around an error of OAuth.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html#API_CreateToken_Errors
 * @module
 */
import { randomUUID } from 'node:crypto'
import { type Answer, answerJson, Refusal, type Refused } from '../service.ts'

export type OidcError =
  | 'access_denied'
  | 'authorization_pending'
  | 'expired_token'
  | 'invalid_client'
  | 'invalid_client_metadata'
  | 'invalid_grant'
  | 'invalid_redirect_uri'
  | 'invalid_request'
  | 'invalid_scope'
  | 'server_error'
  | 'slow_down'
  | 'unauthorized_client'
  | 'unsupported_grant_type'

const ERRORS: Readonly<Record<OidcError, readonly [code: string, status: number]>> = {
  access_denied: ['AccessDeniedException', 400],
  authorization_pending: ['AuthorizationPendingException', 400],
  expired_token: ['ExpiredTokenException', 400],
  invalid_client: ['InvalidClientException', 401],
  invalid_client_metadata: ['InvalidClientMetadataException', 400],
  invalid_grant: ['InvalidGrantException', 400],
  invalid_redirect_uri: ['InvalidRedirectUriException', 400],
  invalid_request: ['InvalidRequestException', 400],
  invalid_scope: ['InvalidScopeException', 400],
  server_error: ['InternalServerException', 500],
  slow_down: ['SlowDownException', 400],
  unauthorized_client: ['UnauthorizedClientException', 400],
  unsupported_grant_type: ['UnsupportedGrantTypeException', 400],
}

export function createRefusal(error: OidcError, message: string): Refusal {
  const [code, status] = ERRORS[error]
  return new Refusal(code, status, message)
}

/** A fault may name the exception of AWS or the error of OAuth, or a status alone. */
export function refuseOidc({ status, code, message }: Refused): Answer {
  const [error, [exception, itsStatus]] = findError(code) ?? findByStatus(status ?? 500)
  const headers = { 'x-amzn-errortype': exception, ...requestId() }
  return answerJson(status ?? itsStatus, { error, error_description: message }, headers)
}

export function requestId(): Readonly<Record<string, string>> {
  return { 'x-amzn-requestid': randomUUID() }
}

type Entry = readonly [error: string, of: readonly [code: string, status: number]]

function findError(code: string | undefined): Entry | undefined {
  if (code === undefined) return undefined
  const entry = Object.entries(ERRORS).find(([error, [exception]]) => code === exception || code === error)
  return entry ?? ['invalid_request', [code, 400]]
}

function findByStatus(status: number): Entry {
  const error: OidcError = status >= 500 ? 'server_error' : status === 401 ? 'invalid_client' : 'invalid_request'
  return [error, ERRORS[error]]
}
