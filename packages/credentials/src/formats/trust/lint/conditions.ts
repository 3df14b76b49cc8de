/**
 * Conditions that do not do what they look like.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 * @module
 */
import { findIssuer, listOfferedClaims } from '../issuers.ts'
import type { TrustCondition, TrustPolicy, TrustStatement } from '../policy.ts'
import type { Problem } from './finding.ts'
import { listProviders } from './providers.ts'

/** Keys of several values: their operators do have a quantifier. */
const MULTIVALUED = /^(aws:tagkeys|sts:transitivetagkeys|.*:(amr|oaud))$/i
/** What callers with keys of AWS bring, and holders of tokens do not. */
const OF_SIGNED_CALLS =
  /^(sts:externalid|aws:multifactorauth(present|age)|aws:username|aws:principal(arn|account|orgid|orgpaths))$/i

export function judgeConditions(statement: TrustStatement, { version }: TrustPolicy): Problem[] {
  return [
    ...statement.conditions.flatMap((condition) => [
      ...judgeValues(condition, version),
      ...judgeQuantifier(condition, statement),
      ...judgeKey(condition, statement),
    ]),
    ...findDuplicates(statement),
  ]
}

function judgeValues({ comparison, key, values, operator, line }: TrustCondition, version: string): Problem[] {
  if (values.length === 0)
    return [
      {
        code: 'CONDITION_EMPTY',
        text: `${operator} ${key} has no value.`,
        remedy: 'Add one, or remove the condition.',
        line,
      },
    ]
  const isText = /^String(Not)?Equals/.test(comparison)
  const problems: Problem[] = []
  if (isText && values.some((value) => /[*?]/.test(value.replace(/\$\{[*?$]\}/g, ''))))
    problems.push({
      code: 'WILDCARD_LITERAL',
      text: `${operator} takes * and ? as they are: ${key} never has such a value.`,
      remedy: `Write ${operator.replace(/Equals(IgnoreCase)?/, 'Like')} where a wildcard is meant.`,
      line,
    })
  if (
    version === '2008-10-17' &&
    /^(String|Arn|Bool)/.test(comparison) &&
    values.some((value) => /\$\{[^}]+\}/.test(value))
  )
    problems.push({
      code: 'VARIABLE_NOT_RESOLVED',
      text: `${key} is compared with a policy variable as it is written: the policy is not of the version that looks variables up.`,
      remedy: 'Write "Version": "2012-10-17".',
      line,
    })
  if (comparison === 'StringEqualsIgnoreCase' && key.toLowerCase().endsWith(':sub'))
    problems.push({
      code: 'SUBJECT_CASE_IGNORED',
      text: 'Subjects are compared without regard to case: branches and environments may differ in nothing else.',
      remedy: 'Write StringEquals.',
      line,
    })
  return problems
}

function judgeQuantifier(
  { quantifier, ifExists, key, comparison, operator, line }: TrustCondition,
  statement: TrustStatement,
): Problem[] {
  if (statement.effect === 'Deny' || MULTIVALUED.test(key)) return []
  const isDemanded = statement.conditions.some(
    (other) => other.key.toLowerCase() === key.toLowerCase() && demandsPresence(other),
  )
  if (isDemanded) return []
  if (quantifier === 'ForAllValues')
    return [
      {
        code: 'FOR_ALL_VALUES',
        text: `${operator} ${key} is met when the token has no such claim: it restricts nothing.`,
        remedy: `Write ${operator.replace('ForAllValues:', '')}: the claim has one value.`,
        line,
      },
    ]
  if (ifExists && !/:(sub|aud)$/i.test(key) && !/Not/.test(comparison))
    return [
      {
        code: 'IF_EXISTS',
        text: `${operator} ${key} is met when the request has no such key.`,
        remedy: `Write ${operator.replace('IfExists', '')}, unless that is meant.`,
        line,
      },
    ]
  return []
}

function demandsPresence({ comparison, quantifier, ifExists, values }: TrustCondition): boolean {
  if (comparison === 'Null') return values.every((value) => value.toLowerCase() === 'false')
  return !ifExists && quantifier !== 'ForAllValues' && (!/Not/.test(comparison) || quantifier === 'ForAnyValue')
}

function judgeKey(condition: TrustCondition, statement: TrustStatement): Problem[] {
  const { key, line, comparison } = condition
  if (!/^[^:\s]+:\S/.test(key))
    return [{ code: 'KEY_MALFORMED', text: `"${key}" is no condition key.`, remedy: 'Write it as PREFIX:NAME.', line }]
  if (/^https?:/i.test(key))
    return [
      {
        code: 'KEY_MALFORMED',
        text: `"${key}" has the scheme of the issuer: keys are without it.`,
        remedy: 'Remove https:// from the key.',
        line,
      },
    ]
  const providers = listProviders(statement)
  if (providers.length === 0 || condition.ifExists || comparison === 'Null') return []
  const others = statement.principal.names.some(({ type }) => type !== 'Federated')
  if (OF_SIGNED_CALLS.test(key) && !others)
    return [
      {
        code: 'KEY_NEVER_PRESENT',
        text: `The exchange of a token has no ${key}: ${consequence(condition)}.`,
        remedy: 'Remove the condition, and ask for claims of the token.',
        line,
      },
    ]
  return /^(aws|sts|saml):/i.test(key) ? [] : providers.flatMap((provider) => judgeClaim(condition, provider))
}

function judgeClaim(condition: TrustCondition, provider: string): Problem[] {
  const { key, line } = condition
  const prefix = `${provider}:`.toLowerCase()
  if (!key.toLowerCase().startsWith(prefix))
    return [
      {
        code: 'KEY_OF_OTHER_ISSUER',
        text: `${key} is no key of the tokens of ${provider}: ${consequence(condition)}.`,
        remedy: `Begin the key with ${provider}: and give each issuer a statement of its own.`,
        line,
      },
    ]
  const claim = key.slice(prefix.length)
  if (listOfferedClaims(provider).includes(claim.toLowerCase())) return []
  return [
    {
      code: 'KEY_NOT_OFFERED',
      text: `STS does not show the claim ${claim} of ${findIssuer(provider).title} to policies: ${consequence(condition)}.`,
      remedy: `Ask for one of ${listOfferedClaims(provider).join(', ')}.`,
      line,
    },
  ]
}

function consequence({ comparison }: TrustCondition): string {
  return /Not/.test(comparison) ? 'the condition is always met' : 'the condition is never met'
}

function findDuplicates({ conditions }: TrustStatement): Problem[] {
  const seen = new Set<string>()
  return conditions.flatMap(({ operator, key, line }): Problem[] => {
    const name = `${operator} ${key.toLowerCase()}`
    const isNew = !seen.has(name)
    seen.add(name)
    const text = `${key} stands twice under ${operator}, in two spellings: keys are compared without regard to case.`
    return isNew ? [] : [{ code: 'KEY_DUPLICATE', text, remedy: 'Put the values into one list.', line }]
  })
}
