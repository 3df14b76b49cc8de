/** What a caller is told when there are no credentials: the same as a person, as an SDK shows it. */

import { isShownFailure } from '../render/failure.ts'
import { type Answer, refuse } from './answer.ts'

/** Failures that pass by themselves: a client may ask again. */
const PASSING: readonly string[] = ['TIMEOUT', 'SOURCE_UNREACHABLE', 'RESPONSE_INVALID', 'EXPIRED', 'PROCESS_FAILED']

export function isPassing(error: unknown): boolean {
  return isShownFailure(error) && PASSING.includes(error.code)
}

export function describeFailure(error: unknown): Answer {
  if (!isShownFailure(error)) return refuse(500, 'INTERNAL', 'rolecall failed in a way that it did not foresee')
  return refuse(isPassing(error) ? 503 : 500, error.code, error.message)
}
