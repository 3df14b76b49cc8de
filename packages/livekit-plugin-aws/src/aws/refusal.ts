// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** What became of a request that failed, in the terms of who has to act on it. */
export interface Refusal {
  readonly kind: RefusalKind
  /** AWS's own name for it, as `ThrottlingException`; of a failure on the way, the system's, as `ECONNREFUSED`. */
  readonly name: string
  /** AWS's words. */
  readonly text: string
  readonly statusCode: number | undefined
  readonly requestId: string | undefined
}

export type RefusalKind =
  | 'expired' // the keys are over, or unknown: new ones may be good
  | 'skewed' // this machine's clock is wrong; the SDK has now seen the right time
  | 'throttled' // too many, too much: later
  | 'denied' // these keys may not
  | 'invalid' // this request is wrong, and stays so
  | 'idle' // Transcribe heard nothing for a while
  | 'timeout'
  | 'unavailable' // the service failed
  | 'unreachable' // the connection did

const EXPIRED = names(
  'ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired UnrecognizedClientException',
  'UnrecognizedClient InvalidClientTokenId InvalidAccessKeyId InvalidToken',
)
const SKEWED = names('RequestTimeTooSkewed RequestInTheFuture')
const THROTTLED = names(
  'Throttling ThrottlingException ThrottledException RequestThrottled RequestThrottledException SlowDown',
  'TooManyRequestsException RequestLimitExceeded LimitExceededException ServiceQuotaExceededException',
  'PriorRequestNotComplete BandwidthLimitExceeded ModelNotReadyException',
)
const DENIED = names(
  'AccessDenied AccessDeniedException UnauthorizedOperation NotAuthorized OptInRequired',
  'SignatureDoesNotMatch InvalidSignatureException IncompleteSignature MissingAuthenticationToken',
)
const TIMEOUT = names('TimeoutError RequestTimeout RequestTimeoutException ModelTimeoutException ETIMEDOUT')
const UNAVAILABLE = names(
  'InternalFailure InternalFailureException InternalServerException InternalServerError ServiceFailureException',
  'ServiceUnavailable ServiceUnavailableException ModelStreamErrorException ModelErrorException',
)

/** Reads an error of the AWS SDK: of a request, or of an event in the middle of a stream. */
export function readRefusal(error: unknown): Refusal {
  const { name, code, message, $metadata, $response, $fault } = (error ?? {}) as Partial<SdkError>
  const statusCode = $metadata?.httpStatusCode ?? $response?.statusCode
  const text = typeof message === 'string' ? message : ''
  const isOfSystem = typeof code === 'string' && /^(E[A-Z]{3,}|UND_ERR_[A-Z_]+)$/.test(code) // the SDK calls some of them a TimeoutError
  const known = isOfSystem || name === undefined || name === 'Error' ? (code ?? 'Error') : name
  const kind = kindOf(known, text, statusCode, $fault)
  return { kind, name: known, text, statusCode, requestId: $metadata?.requestId }
}

interface SdkError {
  readonly name: string
  readonly code: string
  readonly message: string
  readonly $fault: 'client' | 'server'
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string }
  readonly $response: { readonly statusCode?: number }
}

function kindOf(name: string, text: string, status = 0, fault: string | undefined): RefusalKind {
  if (/no new audio was received/i.test(text)) return 'idle'
  if (SKEWED.has(name) || /signature (expired|not yet current)/i.test(text)) return 'skewed'
  if (EXPIRED.has(name) || /security token .*(expired|invalid)/i.test(text)) return 'expired'
  if (THROTTLED.has(name) || status === 429) return 'throttled'
  if (DENIED.has(name) || status === 401 || status === 403) return 'denied'
  if (/did not get a response/i.test(text)) return 'unreachable' // the SDK calls a lost connection a TimeoutError
  if (TIMEOUT.has(name) || status === 408) return 'timeout'
  if (UNAVAILABLE.has(name) || status >= 500 || fault === 'server') return 'unavailable'
  if (status >= 400 || fault === 'client') return 'invalid'
  return 'unreachable'
}

function names(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(' ').split(' '))
}
