// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Errors of AWS as LiveKit Agents has them: the class says whether to try again, the text what to do. */
import { APIConnectionError, APIError, APIStatusError, APITimeoutError } from '@livekit/agents'
import { type Connection, signerOf } from '../aws/connection.ts'
import { describeRefusal } from '../aws/describe-refusal.ts'
import { type Refusal, readRefusal } from '../aws/refusal.ts'

export interface Circumstances {
  /** As a person calls it: Polly. */
  readonly service: string
  readonly connection: Connection
  /** Something has come out already: begun again, it would be said twice. */
  readonly began?: boolean
}

/**
 * The error of LiveKit Agents for one of AWS, or of the search for credentials: by its class the framework knows whether
 * to try again, by its text a person knows what to do.
 */
export async function toApiError(error: unknown, circumstances: Circumstances): Promise<APIError> {
  if (error instanceof APIError) return error
  const { isCredentialsError } = await import('@rolecall/credentials')
  const { service, began = false } = circumstances
  if (isCredentialsError(error)) {
    const retryable = !began && PASSING.includes(error.code)
    return new APIConnectionError({ message: `${service}: ${error.message}`, options: { retryable } })
  }
  const refusal = readRefusal(error)
  const keys = signerOf(error)
  const reason = `${service}: ${describeRefusal(refusal, keys)}`
  const isAboutKeys = refusal.kind === 'denied' || refusal.kind === 'expired' || refusal.kind === 'skewed'
  const message = isAboutKeys && keys ? `${reason}. ${await circumstances.connection.identity.origin(keys)}` : reason
  return fromRefusal(refusal, message, !began)
}

/** Failures of a source of credentials that the next moment may not have. */
const PASSING: readonly string[] = ['TIMEOUT', 'SOURCE_UNREACHABLE', 'RESPONSE_INVALID']

function fromRefusal({ kind, statusCode, requestId }: Refusal, message: string, retryable: boolean): APIError {
  const status = (code: number): APIStatusError =>
    new APIStatusError({ message, options: { statusCode: code, requestId: requestId ?? null, retryable } })
  if (kind === 'throttled') return status(429) // Polly and Transcribe say it with a 400, which the framework takes for final
  if (kind === 'denied' || kind === 'expired' || kind === 'skewed') return status(statusCode ?? 403)
  if (kind === 'invalid') return status(statusCode ?? 400)
  if (kind === 'timeout') return new APITimeoutError({ message, options: { retryable } })
  if (kind === 'unavailable' && statusCode !== undefined && statusCode >= 500) return status(statusCode)
  return new APIConnectionError({ message, options: { retryable } })
}
