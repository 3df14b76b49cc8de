/** Why STS took no token: with what the token says of itself, since that is what a trust policy compares. */
import { ServiceError } from '../service-error.ts'
import type { TokenRead, TokenSource } from './token-source.ts'

/** Claims are as long as others made them. */
const MAX_CLAIM_LENGTH = 200

export function explainRefusal(error: ServiceError, source: TokenSource, token: TokenRead): ServiceError {
  const { code, location } = error
  const remedy = remedyFor(error, source)
  if (remedy === undefined) return error
  const problem = `${error.problem}; the token says ${describeToken(token)}`
  return new ServiceError(problem, { code, source: error.source, remedy, location }, error)
}

function describeToken({ claims, audiences, expiration }: TokenRead): string {
  if (!claims) return 'nothing: it is no JSON Web Token'
  const quote = (value: unknown): string => (value ? `"${String(value).slice(0, MAX_CLAIM_LENGTH)}"` : 'none')
  const end = expiration ? `, end ${expiration.toISOString()}` : ''
  return `issuer ${quote(claims['iss'])}, subject ${quote(claims['sub'])}, audience ${quote(audiences.join(', '))}${end}`
}

function remedyFor({ serviceCode }: ServiceError, { title, renews }: TokenSource): string | undefined {
  switch (serviceCode) {
    case 'AccessDenied':
      return 'Check that the role exists in that account, and that its trust policy lets this issuer, subject and audience in: rolecall trust check --policy FILE shows which condition fails'
    case 'InvalidIdentityToken':
      return 'Check that the account has an identity provider for this issuer, and that it lists this audience'
    case 'ExpiredToken':
    case 'ExpiredTokenException':
      return renews
        ? 'It was fetched a moment ago: set the clock'
        : `${title} gives a job one token: exchange it before its end, or split the job`
    default:
      return undefined
  }
}
