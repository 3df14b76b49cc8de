/** Why STS took no token: with what the token says of itself, since that is what a trust policy compares. */
import { readAudiences, readClaims } from '../formats/jwt.ts'
import { fromEpochSeconds } from '../formats/time.ts'
import { ServiceError } from './service-error.ts'

/** Claims are as long as others made them. */
const MAX_CLAIM_LENGTH = 200

/** The CI that gave the token: its name, and whether it gives another. */
export interface TokenGiver {
  readonly title: string
  readonly renews: boolean
}

/** @param giver undefined for the token of a file or a function. */
export function explainRefusal(error: ServiceError, token: string, giver: TokenGiver | undefined): ServiceError {
  const { code, source, location } = error
  const remedy = code === 'SOURCE_REFUSED' ? remedyFor(error, giver) : undefined
  if (remedy === undefined) return error
  const problem = `${error.problem}; the token says ${describeToken(token)}`
  return new ServiceError(problem, { code, source, remedy, location }, error)
}

function describeToken(token: string): string {
  const claims = readClaims(token)
  if (!claims) return 'nothing: it is no JSON Web Token'
  const { iss, sub, exp } = claims
  const quote = (value: unknown): string => (value ? `"${String(value).slice(0, MAX_CLAIM_LENGTH)}"` : 'none')
  const end = fromEpochSeconds(exp)
  const until = end ? `, end ${end.toISOString()}` : ''
  return `issuer ${quote(iss)}, subject ${quote(sub)}, audience ${quote(readAudiences(claims).join(', '))}${until}`
}

function remedyFor({ serviceCode }: ServiceError, giver: TokenGiver | undefined): string | undefined {
  switch (serviceCode) {
    case 'AccessDenied':
      return 'Check that the role exists in that account, and that its trust policy lets this issuer, subject and audience in: rolecall trust check --policy FILE shows which condition fails'
    case 'InvalidIdentityToken':
      return 'Check that the account has an identity provider for this issuer, and that it lists this audience'
    case 'IDPRejectedClaim':
      return 'Check its audience and its end: the identity provider refused it, or has taken it back'
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      if (!giver) return 'Check what should write it anew; if it is new, check the clock'
      return giver.renews
        ? 'It was fetched a moment ago: set the clock'
        : `${giver.title} gives a job one token: exchange it before its end, or split the job`
    default:
      return undefined
  }
}
