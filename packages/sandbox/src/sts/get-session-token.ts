/**
 * Temporary keys of a user, with or without an MFA code.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 * @module
 */

import { authenticate } from '../authenticate.ts'
import { Refusal } from '../service.ts'
import { verifyMfa } from './caller.ts'
import type { Operation } from './operation.ts'
import { createReader, SERIAL_NUMBER, TOKEN_CODE } from './parameters.ts'
import { writeCredentials } from './role-session.ts'

const DEFAULT_DURATION_SECONDS = 43_200

export const getSessionToken: Operation = async ({ request, form, notes }, world) => {
  const caller = await authenticate(request, 'sts', world, notes)
  const reader = createReader(form)
  const durationSeconds = reader.integer('DurationSeconds', 900, 129_600) ?? DEFAULT_DURATION_SECONDS
  const serialNumber = reader.text('SerialNumber', SERIAL_NUMBER)
  const tokenCode = reader.text('TokenCode', TOKEN_CODE)
  reader.check()

  if (caller.session) throw new Refusal('AccessDenied', 403, 'Cannot call GetSessionToken with session credentials')
  const mfaPresent = verifyMfa(caller.identity, serialNumber, tokenCode)
  return { Credentials: writeCredentials(world.keys.issueTemporary(caller.identity, durationSeconds, { mfaPresent })) }
}
