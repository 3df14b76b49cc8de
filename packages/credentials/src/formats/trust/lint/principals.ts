/**
 * Whom a statement lets in, by its principals.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
 * @module
 */
import { coversAction } from '../evaluate.ts'
import { findIssuer } from '../issuers.ts'
import type { TrustStatement } from '../policy.ts'
import { isBuiltInProvider, parseProviderArn } from '../principal.ts'
import type { Problem } from './finding.ts'

const ACCOUNT = /^(arn:[^:]+:iam::)?\d{12}(:root)?$/
const DELETED = /^(AIDA|AROA|AGPA|ANPA)[A-Z0-9]{10,}$/
const SAML_ARN = /^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/.+$/
/** Issuers of clusters on Azure end in a slash. */
const AKS = /\.oic\.prod-aks\.azure\.com\//
/** Keys that tell principals of an account from others. */
const TELLING =
  /^(sts:externalid|aws:principal(arn|orgid|orgpaths|account|tag\/.*)|aws:(username|userid|sourcevpce?|sourceip))$/

export function judgePrincipals(statement: TrustStatement): Problem[] {
  const { principal } = statement
  const { line } = principal
  if (principal.negated)
    return [
      {
        code: 'PRINCIPAL_NEGATED',
        text: 'NotPrincipal with Allow lets in whom nobody has named: IAM does not support it in trust policies.',
        remedy: 'Name in Principal whom the role trusts.',
        line,
      },
    ]
  const anyone = principal.anyone ? judgeAnyone(statement) : []
  return [
    ...anyone,
    ...principal.names.flatMap(({ type, name }) => judgeName(statement, type, name)),
    ...judgeActions(statement),
  ]
}

function judgeAnyone(statement: TrustStatement): Problem[] {
  const telling = listTellingKeys(statement)
  if (telling.some((key) => key !== 'sts:externalid')) return []
  if (telling.length > 0)
    return [
      externalId(
        'Everybody who knows the external id is let in, from any account.',
        'Name the account that is trusted.',
        statement,
      ),
    ]
  return [
    {
      code: 'PRINCIPAL_ANYONE',
      text: 'The principal is "*": everybody is let in, from any account.',
      remedy: 'Name the account or the provider that is trusted.',
      line: statement.principal.line,
    },
  ]
}

function judgeName(statement: TrustStatement, type: string, name: string): Problem[] {
  const { line } = statement.principal
  if (type === 'CanonicalUser')
    return [
      {
        code: 'PRINCIPAL_UNKNOWN',
        text: 'CanonicalUser is of S3: no role can trust it.',
        remedy: 'Name an account, a role, a provider or a service.',
        line,
      },
    ]
  if (name === '*' && type === 'AWS') return []
  if (/[*?]/.test(name))
    return [
      {
        code: 'PRINCIPAL_WILDCARD',
        text: `"${name}" has a wildcard: principals are compared as they are.`,
        remedy: 'Name the account, and the role in a condition on aws:PrincipalArn under ArnLike.',
        line,
      },
    ]
  if (type === 'AWS' && DELETED.test(name))
    return [
      {
        code: 'PRINCIPAL_DELETED',
        text: `${name} is what is left of a user or role that was deleted: nobody is it any more.`,
        remedy: 'Name the new one by its ARN.',
        line,
      },
    ]
  if (type === 'AWS' && ACCOUNT.test(name) && listTellingKeys(statement).length === 0)
    return [
      externalId(
        `Everybody in the account ${name.match(/\d{12}/)?.[0]} is let in whom that account allows to.`,
        'Add a condition on sts:ExternalId for a third party; in an account of yours, name the role.',
        statement,
      ),
    ]
  return type === 'Federated' ? judgeProvider(name, statement) : []
}

function externalId(text: string, remedy: string, { principal: { line } }: TrustStatement): Problem {
  return { code: 'EXTERNAL_ID_MISSING', text, remedy, line }
}

function listTellingKeys({ conditions }: TrustStatement): string[] {
  return conditions
    .filter(
      ({ comparison, ifExists, quantifier }) =>
        !/Not|Null/.test(comparison) && !ifExists && quantifier !== 'ForAllValues',
    )
    .map(({ key }) => key.toLowerCase())
    .filter((key) => TELLING.test(key))
}

function judgeProvider(name: string, statement: TrustStatement): Problem[] {
  if (isBuiltInProvider(name) || SAML_ARN.test(name)) return []
  const problem = explainProvider(name, statement)
  const { line } = statement.principal
  const remedy = 'Write arn:aws:iam::ACCOUNT:oidc-provider/ISSUER, the issuer without https:// and with its path.'
  return problem ? [{ code: 'PROVIDER_MALFORMED', text: problem, remedy, line }] : []
}

function explainProvider(name: string, statement: TrustStatement): string | undefined {
  const arn = parseProviderArn(name)
  if (!arn) return `"${name}" is no ARN of an identity provider.`
  if (!/^aws[a-z-]*$/.test(arn.partition)) return `"${name}" is of no partition of AWS.`
  if (!/^\d{12}$/.test(arn.account)) return `"${name}" has no account: providers belong to one.`
  if (/^https?:/.test(arn.provider)) return `"${name}" has the scheme of the issuer: ARNs are without it.`
  if (arn.provider === '') return `"${name}" names no issuer.`
  const issuer = findIssuer(arn.provider.replace(/\/$/, ''))
  const known = issuer.kind !== 'other' ? issuer.title : isAboutGitlab(statement) ? 'GitLab' : undefined
  if (known && arn.provider.endsWith('/') && !AKS.test(arn.provider))
    return `"${name}" ends in a slash, and the tokens of ${known} do not say so.`
  const path = arn.provider.slice(arn.provider.indexOf('/') + 1)
  const needsPath = ['bitbucket', 'circleci', 'azure-devops'].includes(issuer.kind)
  const hasPath =
    arn.provider.includes('/') &&
    (issuer.kind !== 'circleci' || path.startsWith('org/')) &&
    (issuer.kind !== 'bitbucket' || path.endsWith('/oidc'))
  return needsPath && !hasPath
    ? `"${name}" lacks the path: ${issuer.title} has an issuer for each organisation.`
    : undefined
}

/** A GitLab of one's own may be called anything: its subjects show it. */
function isAboutGitlab({ conditions }: TrustStatement): boolean {
  return conditions.some(({ key, values }) => /:sub$/i.test(key) && values.some((one) => /^project_path:/.test(one)))
}

/** Which actions a principal of each kind can use. */
function judgeActions(statement: TrustStatement): Problem[] {
  const { principal, action } = statement
  const kinds = principal.names.map(({ type, name }) =>
    type !== 'Federated'
      ? 'sts:AssumeRole'
      : SAML_ARN.test(name)
        ? 'sts:AssumeRoleWithSAML'
        : 'sts:AssumeRoleWithWebIdentity',
  )
  const usable = ['sts:TagSession', 'sts:SetSourceIdentity', 'sts:SetContext']
  const mismatched = [...new Set(kinds)].filter((call) => ![call, ...usable].some((one) => coversAction(action, one)))
  const problems: Problem[] = mismatched.map((call) => ({
    code: 'ACTION_MISMATCH',
    text: `The principal can only use ${call}, and the statement does not allow that.`,
    remedy: `Write "Action": "${call}".`,
    line: action.line,
  }))
  if (
    action.negated ||
    action.patterns.some((pattern) => /^(\*|sts:\*|sts:assumerole\*|sts:\?+|\*:.*)$/i.test(pattern))
  )
    problems.push({
      code: 'ACTION_TOO_WIDE',
      text: 'More is allowed than to assume the role: setting tags and a source identity, and what STS may learn yet.',
      remedy: `Name the actions: ${[...new Set(kinds)].join(', ') || 'sts:AssumeRole'}.`,
      line: action.line,
    })
  return problems
}
