/**
 * How the sign-in service says no: by one of a few OAuth error codes, in an exception that holds for several of them.
 *
 * Source  the error shapes of the service model `signin` 2023-01-01 in the AWS SDKs
 * @module
 */
import { randomUUID } from 'node:crypto'
import { type Answer, answerJson, Refusal, type Refused } from '../service.ts'

type SignInError =
  | 'AUTHCODE_EXPIRED'
  | 'INSUFFICIENT_PERMISSIONS'
  | 'INVALID_REQUEST'
  | 'TOKEN_EXPIRED'
  | 'USER_CREDENTIALS_CHANGED'
  | 'server_error'

type Entry = readonly [exception: string, error: SignInError, status: number]

/** What a fault means that names the exception or the status alone comes first. */
const ENTRIES: readonly Entry[] = [
  ['AccessDeniedException', 'TOKEN_EXPIRED', 401],
  ['AccessDeniedException', 'AUTHCODE_EXPIRED', 401],
  ['AccessDeniedException', 'USER_CREDENTIALS_CHANGED', 403],
  ['AccessDeniedException', 'INSUFFICIENT_PERMISSIONS', 403],
  ['ValidationException', 'INVALID_REQUEST', 400],
  ['TooManyRequestsError', 'INVALID_REQUEST', 429],
  ['InternalServerException', 'server_error', 500],
]

export function createRefusal(error: SignInError, message: string): Refusal {
  return new Refusal(error, findEntry(error, undefined)[2], message)
}

/** A fault may name the exception, the error in it, or a status alone. */
export function refuseSignIn({ status, code, message }: Refused): Answer {
  const [exception, error, itsStatus] = findEntry(code, status)
  return answerJson(status ?? itsStatus, { error, message }, { 'x-amzn-errortype': exception, ...requestId() })
}

export function requestId(): Readonly<Record<string, string>> {
  return { 'x-amzn-requestid': randomUUID() }
}

function findEntry(code: string | undefined, status = 500): Entry {
  if (code === undefined) {
    const known = ENTRIES.find(([, , itsStatus]) => itsStatus === status)
    return known ?? findEntry(status < 500 ? 'INVALID_REQUEST' : 'server_error')
  }
  const entry = ENTRIES.find(([exception, error]) => code === error || code === exception)
  return entry ?? [code, 'INVALID_REQUEST', 400]
}
