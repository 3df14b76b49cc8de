/**
 * Which tokens of an issuer a statement lets in: the conditions on subject, audience and ids.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
 * @module
 */
import { findIssuer, type Issuer } from '../issuers.ts'
import type { TrustCondition, TrustStatement } from '../policy.ts'
import { parseProviderArn } from '../principal.ts'
import type { Problem, TrustFindingCode } from './finding.ts'
import { judgeSubject } from './subject.ts'

/** Findings about whose tokens they are: a condition on an id makes them void. */
const ABOUT_TENANT: readonly TrustFindingCode[] = ['SUBJECT_TOO_WIDE', 'SUBJECT_ANY_PROJECT']
const ABOUT_REF: readonly TrustFindingCode[] = ['SUBJECT_ANY_REF', 'SUBJECT_ANY_BRANCH']
const NAMES_OF_TENANTS = ['repository', 'repository_id', 'project_id', 'pipeline_id', 'oidc.circleci.com/project-id']
const NAMES_OF_REFS = ['ref', 'environment', 'job_workflow_ref', 'build_branch']

export function judgeTokens(statement: TrustStatement, provider: string): Problem[] {
  const issuer = findIssuer(provider)
  const find = (claim: string): TrustCondition[] => findDemands(statement, `${provider}:${claim}`)
  const pins = (claims: readonly string[]): boolean => claims.some((claim) => find(claim).some(isExact))
  return [
    ...judgeSubjects(statement, provider, issuer, find('sub'), pins),
    ...judgeAudiences(statement, provider, issuer, [...find('aud'), ...find('oaud')]),
    ...judgeNames(statement, issuer, find, pins),
  ]
}

function judgeSubjects(
  { line }: TrustStatement,
  provider: string,
  issuer: Issuer,
  demands: readonly TrustCondition[],
  pins: (claims: readonly string[]) => boolean,
): Problem[] {
  if (demands.length === 0)
    return issuer.tenantClaim === 'aud' ? [] : [describeMissing(provider, issuer, pins(NAMES_OF_TENANTS), line)]
  const judged = demands.map((demand) => judgeValues(demand, issuer))
  const narrow = judged.some((problems) => !problems.some(isAboutScope))
  return judged.flat().filter(({ code }) => {
    if (ABOUT_TENANT.includes(code)) return !narrow && !pins(NAMES_OF_TENANTS)
    if (ABOUT_REF.includes(code)) return !narrow && !pins(NAMES_OF_REFS)
    return true
  })
}

function describeMissing(provider: string, issuer: Issuer, hasId: boolean, line: number): Problem {
  const whose = issuer.shared ? `anybody at ${issuer.title}` : `any job of ${issuer.title}`
  const text = hasId
    ? `There is no condition on ${provider}:sub: every branch and pull request is let in, and IAM takes no new policy for a shared issuer without one.`
    : `There is no condition on ${provider}:sub that has to be met: ${whose} is let in.`
  return {
    code: 'SUBJECT_MISSING',
    text,
    remedy: `Add StringEquals ${provider}:sub with the subject of the job.`,
    line,
  }
}

function judgeValues({ values, comparison, line }: TrustCondition, { kind, idClaims }: Issuer): Problem[] {
  const wildcards = comparison === 'StringLike'
  const hasIds = values.some((value) => value.includes('@')) || idClaims.length === 0
  return values
    .filter((value) => !/\$\{/.test(value) && (wildcards || !/[*?]/.test(value)))
    .flatMap((text) => judgeSubject(kind, { text, wildcards }))
    .filter(({ code }) => code !== 'SUBJECT_CLASSIC' || !hasIds)
    .map((problem) => ({ ...problem, line }))
}

function isAboutScope({ code }: Problem): boolean {
  return ABOUT_TENANT.includes(code) || ABOUT_REF.includes(code)
}

function judgeAudiences(
  statement: TrustStatement,
  provider: string,
  issuer: Issuer,
  demands: readonly TrustCondition[],
): Problem[] {
  if (demands.length === 0)
    return [
      {
        code: 'AUDIENCE_MISSING',
        text: `There is no condition on ${provider}:aud: tokens that were made for other services of the provider's list are let in.`,
        remedy: `Add StringEquals ${provider}:aud.`,
        line: statement.line,
      },
    ]
  return demands.flatMap(({ values, comparison, line }): Problem[] => {
    if (comparison === 'StringLike' && values.some((value) => /^[*?]+$/.test(value)))
      return [
        {
          code: 'AUDIENCE_ANY',
          text: 'Any audience fits: tokens that were made for other services are let in.',
          remedy: 'Name the audience under StringEquals.',
          line,
        },
      ]
    const partition = partitionOf(statement, provider)
    const wrong = partition === 'aws-cn' ? 'sts.amazonaws.com' : 'sts.amazonaws.com.cn'
    if (issuer.kind !== 'github' || !partition || !values.every((value) => value === wrong)) return []
    const right = partition === 'aws-cn' ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com'
    return [
      {
        code: 'AUDIENCE_PARTITION',
        text: `The audience ${wrong} is that of another partition than ${partition}.`,
        remedy: `Write ${right}, unless the job asks for the other.`,
        line,
      },
    ]
  })
}

function partitionOf({ principal: { names } }: TrustStatement, provider: string): string | undefined {
  return names.map(({ name }) => parseProviderArn(name)).find((arn) => arn?.provider === provider)?.partition
}

/** What cannot be so at once, and names where an id would stay. */
function judgeNames(
  statement: TrustStatement,
  issuer: Issuer,
  find: (claim: string) => TrustCondition[],
  pins: (claims: readonly string[]) => boolean,
): Problem[] {
  const problems: Problem[] = []
  const environments = find('environment').filter(isExact)
  const subjects = find('sub').flatMap(({ values }) => values)
  if (
    issuer.kind === 'github' &&
    environments.length > 0 &&
    subjects.length > 0 &&
    subjects.every((value) => /:ref:|:pull_request$/.test(value))
  )
    problems.push({
      code: 'SUBJECT_CONTRADICTION',
      text: 'A job in an environment has that in its subject, in the place of the branch: the two conditions are never met together.',
      remedy: 'Write …:environment:NAME into the subject, and the branch into a condition on ref.',
      line: environments[0]?.line,
    })
  const [id] = issuer.idClaims
  const isGithub = issuer.kind === 'github' && find('repository').length === 0
  if (id !== undefined && !isGithub && !pins(issuer.idClaims))
    problems.push({
      code: 'NAME_MUTABLE',
      text: `${issuer.title} is told by names alone, and a name given up can be taken by others.`,
      remedy: `Add a condition on ${id}.`,
      line: statement.line,
    })
  return problems
}

/** Conditions that a token without this claim, or with another value, does not meet. */
function findDemands({ conditions }: TrustStatement, key: string): TrustCondition[] {
  return conditions.filter(
    (condition) =>
      condition.key.toLowerCase() === key.toLowerCase() &&
      /^(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like)|NumericEquals|Bool)$/.test(condition.comparison) &&
      !(condition.ifExists && !/:(sub|aud)$/i.test(condition.key)) &&
      condition.quantifier !== 'ForAllValues',
  )
}

function isExact({ comparison, values }: TrustCondition): boolean {
  return /Equals|Bool/.test(comparison) && values.length > 0 && values.every((value) => !/[*?]/.test(value))
}
