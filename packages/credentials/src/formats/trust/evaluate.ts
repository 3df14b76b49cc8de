/**
 * Decides whether a role's trust policy lets a request in: some statement allows it, and none denies it.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 * @module
 */
import {
  type ConditionTrace,
  type ContextLookup,
  createLookup,
  type TrustContext,
  traceCondition,
} from './conditions.ts'
import { matchesPattern, parsePattern } from './pattern.ts'
import type { ActionElement, TrustPolicy, TrustStatement } from './policy.ts'
import { isNamed, type TrustPrincipal } from './principal.ts'

export interface TrustRequest {
  /** 'sts:AssumeRole', 'sts:TagSession'… */
  readonly action: string
  readonly principal: TrustPrincipal
  readonly context: TrustContext
}

export interface TrustDecision {
  readonly allowed: boolean
  readonly action: string
  /** In the order of the policy. */
  readonly statements: readonly StatementTrace[]
  /** The first statement that denies the request. */
  readonly deniedBy: TrustStatement | undefined
}

export interface StatementTrace {
  readonly statement: TrustStatement
  readonly principal: boolean
  readonly action: boolean
  readonly conditions: readonly ConditionTrace[]
  /** Whether its effect is on this request. */
  readonly applies: boolean
}

export function evaluateTrust(policy: TrustPolicy, request: TrustRequest): TrustDecision {
  const find = createLookup(request.context)
  const statements = policy.statements.map((statement) => traceStatement(statement, policy.version, request, find))
  const applying = statements.filter(({ applies }) => applies).map(({ statement }) => statement)
  const deniedBy = applying.find(({ effect }) => effect === 'Deny')
  const allowed = deniedBy === undefined && applying.some(({ effect }) => effect === 'Allow')
  return { allowed, action: request.action, statements, deniedBy }
}

function traceStatement(
  statement: TrustStatement,
  version: TrustPolicy['version'],
  { action, principal }: TrustRequest,
  find: ContextLookup,
): StatementTrace {
  const conditions = statement.conditions.map((condition) => traceCondition(condition, version, find))
  const traced = {
    statement,
    principal: isNamed(statement, principal),
    action: coversAction(statement.action, action),
    conditions,
  }
  const met = conditions.every(({ outcome }) => countsAsMet(outcome, statement.effect))
  return { ...traced, applies: traced.principal && traced.action && met }
}

/** What cannot be decided does not let anybody in: an Allow does not apply then, and a Deny does. */
export function countsAsMet(outcome: ConditionTrace['outcome'], effect: TrustStatement['effect']): boolean {
  return outcome === 'met' || (outcome === 'undecided' && effect === 'Deny')
}

/** Actions are compared without regard to case. */
export function coversAction({ negated, patterns }: ActionElement, action: string): boolean {
  const listed = patterns.some((pattern) => matchesPattern(action.toLowerCase(), parsePattern(pattern.toLowerCase())))
  return listed !== negated
}
