/** Why a condition is not met, where the two texts show a mistake that is often made. */
import { findIssuer } from './issuers.ts'
import { matchesPattern, parsePattern } from './pattern.ts'
import type { TrustCondition } from './policy.ts'

interface Reading {
  /** Under which the two would be the same. */
  readonly read: (text: string) => string
  readonly why: string
}

const READINGS: readonly Reading[] = [
  { read: (text) => text.trim(), why: 'They differ in white space.' },
  { read: (text) => text.toLowerCase(), why: 'They differ in upper and lower case only, and case counts.' },
  { read: (text) => text.replace(/[{}]/g, ''), why: 'They differ in braces: Bitbucket puts each id in { }.' },
  { read: (text) => text.replace(/\/+$/, ''), why: 'They differ in a slash at the end.' },
  { read: decodeEscapes, why: 'One has a character as it is, the other percent-encoded (%3A is a colon).' },
  {
    read: (text) => text.replace(/refs\/heads\//, ''),
    why: 'One has the branch as refs/heads/…, the other its name alone.',
  },
  {
    read: (text) => text.replace(/(?<=amazonaws\.com)\.cn$/, ''),
    why: 'In China the audience is sts.amazonaws.com.cn.',
  },
]
const IDS = /@(?:\d+|\*)(?=[/:])/g
/** `:` and a claim's name end what stands before: environment:E, ref:R, pull_request. */
const GITHUB_CONTEXT = /^(repo:[^:]+):(environment|ref|pull_request)(?::(.*))?$/s

/** @param provider the issuer of the token without its scheme. */
export function explainMismatch(
  condition: TrustCondition,
  actual: readonly string[] | undefined,
  provider: string,
): string | undefined {
  if (actual === undefined || actual.length === 0) return explainAbsence(condition, provider)
  for (const value of actual)
    for (const expected of condition.values) {
      const why = explainPair(condition, value, expected)
      if (why) return why
    }
  return undefined
}

function explainPair({ comparison }: TrustCondition, actual: string, expected: string): string | undefined {
  if (/Not/.test(comparison)) return undefined
  const hasWildcard = /[*?]/.test(expected)
  if (/^StringEquals/.test(comparison) && hasWildcard && isLike(actual, expected))
    return `${comparison} takes * and ? as they are: StringLike has wildcards.`
  return (
    explainForm(actual, expected) ??
    READINGS.find(({ read }) => isLike(read(actual), read(expected)))?.why ??
    explainContext(actual, expected)
  )
}

/** The same repository with and without ids, the same job of CircleCI in the older and the newer token. */
function explainForm(actual: string, expected: string): string | undefined {
  const [has, wants] = [hasIds(actual), hasIds(expected)]
  if (has !== wants && isLike(withoutIds(actual), withoutIds(expected)))
    return has
      ? 'The token has the immutable subject, with the ids of owner and repository; the policy has the classic one.'
      : 'The token has the classic subject, without ids; the policy has the immutable one.'
  if (/\/vcs-(origin|ref)\//.test(expected) && /^org\/[^/]+\/project\/[^/]+\/user\/[^/]+$/.test(actual))
    return 'This is the older token of CircleCI, without the branch: use CIRCLE_OIDC_TOKEN_V2.'
  return undefined
}

/** One of GitHub's jobs with an environment has that in its subject, in the place of the branch. */
function explainContext(actual: string, expected: string): string | undefined {
  const is = GITHUB_CONTEXT.exec(withoutIds(actual))
  const wants = GITHUB_CONTEXT.exec(withoutIds(expected))
  if (!is || !wants || !isLike(is[1] ?? '', wants[1] ?? '') || is[2] === wants[2]) return undefined
  if (is[2] === 'environment')
    return `The job runs in the environment ${is[3]}: its subject names that in place of the branch.`
  if (wants[2] === 'environment') return 'The job runs in no environment: its subject names the branch, tag or event.'
  return is[2] === 'pull_request' ? 'The job runs for a pull request: its subject names no branch.' : undefined
}

function explainAbsence({ key, ifExists }: TrustCondition, provider: string): string | undefined {
  if (ifExists) return undefined
  if (/^https?:/i.test(key)) return 'The key has the scheme of the issuer: keys are without https://.'
  const prefix = `${provider}:`.toLowerCase()
  if (!key.toLowerCase().startsWith(prefix)) {
    const other = /^([\w.-]+\.[a-z]{2,}(?:\/[^:]*)?(?::\d+)?):/i.exec(key)?.[1]
    return other ? `The key is of another issuer, ${other}: the token is of ${provider}.` : undefined
  }
  const { title, ownClaims } = findIssuer(provider)
  const claim = key.slice(prefix.length)
  const offered = ['amr', 'aud', 'email', 'oaud', 'sub', ...ownClaims].includes(claim.toLowerCase())
  return offered ? 'The token has no such claim.' : `STS does not offer this claim of ${title} to policies.`
}

function isLike(actual: string, expected: string): boolean {
  return matchesPattern(actual, parsePattern(expected))
}

function hasIds(text: string): boolean {
  return text.search(IDS) >= 0
}

function withoutIds(text: string): string {
  return text.replace(IDS, '')
}

function decodeEscapes(text: string): string {
  return text.replace(/%(3A|20|2F)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
