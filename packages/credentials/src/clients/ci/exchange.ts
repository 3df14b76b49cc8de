/**
 * The exchange of a job's token: for the longest session that the role allows where no other follows, and without session
 * tags where STS has no room for them.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @module
 */
import type { StaticKeys } from '../../model/credentials.ts'
import { ServiceError } from '../service-error.ts'
import type { WebIdentityRequest } from '../sts.ts'
import type { StsConnection } from '../sts-connection.ts'
import { exchangeToken } from '../web-identity.ts'
import type { TokenRead, TokenSource } from './token-source.ts'

/** Asked in turn where a job has one token: what a role allows is not known before. */
const LONGEST_FIRST_SECONDS = [43_200, 28_800, 14_400, 7_200, 3_600]

type Role = Omit<WebIdentityRequest, 'token'>

/**
 * @param first a token of the source, read a moment ago.
 * @throws CredentialsError as `exchangeToken`, with what the token claims; what the source throws.
 */
export async function exchangeCiToken(
  sts: StsConnection,
  role: Role,
  source: TokenSource,
  first: TokenRead,
): Promise<StaticKeys> {
  const { readUntagged } = source
  try {
    return await exchangeForLongest(sts, role, source, first)
  } catch (error) {
    if (!readUntagged || !isTooMuch(error)) throw error
    const text = 'STS has no room for these session tags: the session has none'
    sts.trace?.warn({ code: 'SESSION_TAGS_LEFT_OUT', text, remedy: 'Ask for fewer claims as session tags.' })
    const untagged = { ...source, read: readUntagged, readUntagged: undefined }
    return exchangeForLongest(sts, role, untagged, await readUntagged())
  }
}

async function exchangeForLongest(
  sts: StsConnection,
  role: Role,
  source: TokenSource,
  first: TokenRead,
): Promise<StaticKeys> {
  const asked = source.renews || role.durationSeconds !== undefined ? [role.durationSeconds] : LONGEST_FIRST_SECONDS
  let given: TokenRead | undefined = first
  const read = async (): Promise<string> => {
    const { token } = given ?? (await source.read())
    given = undefined
    return token
  }
  for (const durationSeconds of asked) {
    try {
      return await exchangeToken(sts, { ...role, durationSeconds }, read, source)
    } catch (error) {
      const isLast = durationSeconds === asked.at(-1)
      if (isLast || !isTooLong(error)) throw error
    }
  }
  throw new Error('there is always a last duration')
}

function isTooLong(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false
  return error.serviceCode === 'ValidationError' && /\bDurationSeconds\b/i.test(error.serviceMessage ?? '')
}

function isTooMuch(error: unknown): boolean {
  return error instanceof ServiceError && /^PackedPolicyTooLarge/.test(error.serviceCode ?? '')
}
