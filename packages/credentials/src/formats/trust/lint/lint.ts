/** Finds what is dangerous or broken in a trust policy, as far as the policy itself shows it. */
import { coversAction } from '../evaluate.ts'
import type { TrustPolicy, TrustStatement } from '../policy.ts'
import { judgeConditions } from './conditions.ts'
import { type Problem, type TrustFinding, toFinding } from './finding.ts'
import { judgePrincipals } from './principals.ts'
import { listProviders } from './providers.ts'
import { judgeTokens } from './tokens.ts'

/** Without a raised quota: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_CHARACTERS = 2_048
const WEB_IDENTITY = 'sts:AssumeRoleWithWebIdentity'

/** In the order of the policy; what is about the whole of it comes last. */
export function lintTrustPolicy(policy: TrustPolicy): readonly TrustFinding[] {
  const found = policy.statements.flatMap((statement) =>
    judgeStatement(statement, policy).map((problem) => toFinding(problem, statement)),
  )
  return [...found, ...judgePolicy(policy).map((problem) => toFinding(problem, undefined))]
}

function judgeStatement(statement: TrustStatement, policy: TrustPolicy): Problem[] {
  if (statement.effect === 'Deny') return judgeConditions(statement, policy)
  const providers =
    coversAction(statement.action, WEB_IDENTITY) && !statement.principal.negated ? listProviders(statement) : []
  return [
    ...judgePrincipals(statement),
    ...providers.flatMap((provider) => judgeTokens(statement, provider)),
    ...judgeConditions(statement, policy),
    ...judgeCompanions(statement, policy),
  ]
}

/** Tags and a source identity need actions of their own, in this statement or another for the same principal. */
function judgeCompanions(statement: TrustStatement, policy: TrustPolicy): Problem[] {
  const { conditions, principal } = statement
  const names = principal.names.map(({ name }) => name)
  const allows = (action: string): boolean =>
    policy.statements.some(
      (other) =>
        other.effect === 'Allow' &&
        coversAction(other.action, action) &&
        (other.principal.anyone || other.principal.names.some(({ name }) => names.includes(name))),
    )
  const asksFor = (pattern: RegExp): boolean =>
    conditions.some(
      ({ key, comparison, ifExists, quantifier }) =>
        pattern.test(key) && !/Not|Null/.test(comparison) && !ifExists && quantifier !== 'ForAllValues',
    )
  const assumes = ['sts:AssumeRole', WEB_IDENTITY].some((action) => coversAction(statement.action, action))
  if (!assumes) return []
  const problems: Problem[] = []
  const isPod = names.includes('pods.eks.amazonaws.com')
  if ((isPod || asksFor(/^(aws:(RequestTag\/|TagKeys)|sts:TransitiveTagKeys)/i)) && !allows('sts:TagSession'))
    problems.push({
      code: 'TAG_SESSION_MISSING',
      text: isPod
        ? 'EKS Pod Identity sets session tags, and that is not allowed: no pod is let in.'
        : 'Session tags are asked for, and setting them is not allowed: nobody is let in.',
      remedy: 'Add sts:TagSession to Action.',
      line: statement.action.line,
    })
  if (asksFor(/^sts:SourceIdentity$/i) && !allows('sts:SetSourceIdentity'))
    problems.push({
      code: 'SOURCE_IDENTITY_MISSING',
      text: 'A source identity is asked for, and setting one is not allowed: nobody is let in.',
      remedy: 'Add sts:SetSourceIdentity to Action.',
      line: statement.action.line,
    })
  return problems
}

function judgePolicy({ sizeCharacters }: TrustPolicy): Problem[] {
  if (sizeCharacters <= MAX_CHARACTERS) return []
  const text = `The policy has ${sizeCharacters} characters, and IAM takes ${MAX_CHARACTERS} unless the quota of the account was raised.`
  return [{ code: 'POLICY_TOO_LONG', text, remedy: 'Split it among roles, or have the quota raised.' }]
}
