/** What is found in a trust policy, and how bad it is. */
import type { TrustStatement } from '../policy.ts'

/** Errors let in whom nobody meant, or nobody at all; warnings are wider than they need be; notes are for later. */
export type TrustSeverity = 'error' | 'warning' | 'note'

/** Stable. */
export type TrustFindingCode =
  | 'SUBJECT_MISSING' // no condition on the subject: any job of the issuer is let in
  | 'SUBJECT_TOO_WIDE' // a pattern that other organisations can match
  | 'SUBJECT_MALFORMED' // not the form that the issuer's subjects have: nobody is let in
  | 'SUBJECT_CASE' // the form, but for upper and lower case
  | 'SUBJECT_COLON' // a colon in the name of an environment: GitHub writes %3A
  | 'SUBJECT_BRACES' // an id of Bitbucket without its braces
  | 'SUBJECT_SPACE' // a space written as %20 or +: HCP Terraform keeps it
  | 'SUBJECT_CONTRADICTION' // the subject and another claim cannot be so at once
  | 'SUBJECT_ANY_PROJECT' // all repositories or projects of an organisation
  | 'SUBJECT_ANY_REF' // all branches, tags, environments and pull requests
  | 'SUBJECT_PULL_REQUEST' // pull requests: code that nobody has reviewed
  | 'SUBJECT_ANY_PHASE' // plans as well as applies of HCP Terraform
  | 'SUBJECT_CASE_IGNORED' // subjects are compared without regard to case
  | 'SUBJECT_ANY_BRANCH' // all branches, where the subject of one cannot be told for sure
  | 'SUBJECT_CLASSIC' // GitHub's subject without ids: names can be given to others
  | 'SUBJECT_NEWER_TOKEN' // only the newer of CircleCI's two tokens has it
  | 'NAME_MUTABLE' // a name where the issuer has an id that stays
  | 'WILDCARD_LITERAL' // * or ? under an operator that takes them as they are
  | 'VARIABLE_NOT_RESOLVED' // a policy variable in a version that does not know them
  | 'FOR_ALL_VALUES' // met when the claim is absent
  | 'IF_EXISTS' // met when the claim is absent
  | 'KEY_DUPLICATE' // one condition key in two spellings
  | 'KEY_MALFORMED' // a condition key that is none
  | 'KEY_OF_OTHER_ISSUER' // the statement is about tokens that do not have it
  | 'KEY_NOT_OFFERED' // a claim that STS does not show to policies
  | 'KEY_NEVER_PRESENT' // an exchange of a token has no such key
  | 'CONDITION_EMPTY' // an operator without a key, or a key without a value
  | 'AUDIENCE_MISSING' // no condition on the audience
  | 'AUDIENCE_ANY' // a pattern that any audience matches
  | 'AUDIENCE_PARTITION' // the audience of another partition
  | 'PROVIDER_MALFORMED' // not the ARN that a provider can have
  | 'PRINCIPAL_ANYONE' // everybody, in any account
  | 'PRINCIPAL_WILDCARD' // a wildcard within the name of a principal
  | 'PRINCIPAL_UNKNOWN' // a kind of principal that no role can trust
  | 'PRINCIPAL_DELETED' // the id that is left of a user or role that was deleted
  | 'PRINCIPAL_NEGATED' // Allow with NotPrincipal
  | 'EXTERNAL_ID_MISSING' // a whole account without an external id
  | 'ACTION_MISMATCH' // the principal cannot use the actions that are allowed
  | 'ACTION_TOO_WIDE' // more actions than are needed
  | 'TAG_SESSION_MISSING' // tags are asked for, and setting them is not allowed
  | 'SOURCE_IDENTITY_MISSING' // a source identity is asked for, and setting it is not allowed
  | 'POLICY_TOO_LONG' // longer than IAM takes without a raised quota

const WARNINGS: readonly TrustFindingCode[] = [
  'SUBJECT_ANY_PROJECT',
  'SUBJECT_ANY_REF',
  'SUBJECT_PULL_REQUEST',
  'SUBJECT_ANY_PHASE',
  'SUBJECT_CASE_IGNORED',
  'IF_EXISTS',
  'CONDITION_EMPTY',
  'AUDIENCE_MISSING',
  'AUDIENCE_ANY',
  'AUDIENCE_PARTITION',
  'PRINCIPAL_DELETED',
  'EXTERNAL_ID_MISSING',
  'ACTION_TOO_WIDE',
  'POLICY_TOO_LONG',
]
const NOTES: readonly TrustFindingCode[] = [
  'SUBJECT_ANY_BRANCH',
  'SUBJECT_CLASSIC',
  'SUBJECT_NEWER_TOKEN',
  'NAME_MUTABLE',
]

export interface TrustFinding {
  readonly code: TrustFindingCode
  readonly severity: TrustSeverity
  /** Counts from 0; null: the policy as a whole. */
  readonly statement: number | null
  readonly sid?: string
  readonly line: number
  /** What is wrong, and why it matters. */
  readonly text: string
  readonly remedy: string
}

export interface Problem {
  readonly code: TrustFindingCode
  readonly text: string
  readonly remedy: string
  /** Default: that of the statement. */
  readonly line?: number | undefined
}

export function toFinding(problem: Problem, statement: TrustStatement | undefined): TrustFinding {
  const { code, text, remedy, line = statement?.line ?? 1 } = problem
  const severity = severityOf(code)
  const sid = statement?.sid
  return { code, severity, statement: statement?.index ?? null, ...(sid !== undefined && { sid }), line, text, remedy }
}

function severityOf(code: TrustFindingCode): TrustSeverity {
  if (NOTES.includes(code)) return 'note'
  return WARNINGS.includes(code) ? 'warning' : 'error'
}
