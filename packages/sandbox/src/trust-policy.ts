/**
 * Decides whether a role's trust policy lets a request in. What it does not know (an operator, NotPrincipal) refuses.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * @module
 */
import { isRecord } from './record.ts'
import { evaluateCondition } from './trust-conditions.ts'

export interface TrustRequest {
  /** 'sts:AssumeRole', 'sts:TagSession'… */
  readonly action: string
  readonly principal: TrustPrincipal
  /** Condition keys that the request has. Names are compared without regard to case. */
  readonly context: Readonly<Record<string, string | readonly string[]>>
}

export interface TrustPrincipal {
  readonly type: 'AWS' | 'Federated' | 'Service'
  /** All that a policy may call the caller: for a session of a role its ARN, the role's, the account's root and id. */
  readonly names: readonly string[]
}

/** True when some statement allows it and none denies it. */
export function isTrusted(policy: object, request: TrustRequest): boolean {
  const statements = [(policy as { Statement?: unknown }).Statement].flat().filter(isRecord)
  const denied = statements.some((statement) => statement['Effect'] === 'Deny' && applies(statement, request, true))
  return (
    !denied && statements.some((statement) => statement['Effect'] === 'Allow' && applies(statement, request, false))
  )
}

/** `whenUnknown` is the answer for what cannot be evaluated: a Deny then applies, an Allow does not. */
function applies(statement: Record<string, unknown>, request: TrustRequest, whenUnknown: boolean): boolean {
  if (!isAction(statement, request.action)) return false
  if (!('Principal' in statement)) return whenUnknown
  if (!isPrincipal(statement['Principal'], request.principal)) return false

  const outcome = evaluateCondition(statement['Condition'], request.context)
  return outcome === 'unknown' ? whenUnknown : outcome === 'met'
}

function isAction(statement: Record<string, unknown>, action: string): boolean {
  if ('NotAction' in statement) return !readStrings(statement['NotAction']).some((pattern) => isLike(action, pattern))
  return readStrings(statement['Action']).some((pattern) => isLike(action, pattern))
}

/** Actions are compared without regard to case. */
function isLike(action: string, pattern: string): boolean {
  const expression = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, 's').test(action.toLowerCase())
}

function isPrincipal(element: unknown, { type, names }: TrustPrincipal): boolean {
  if (element === '*') return true
  if (!isRecord(element)) return false
  if (readStrings(element['AWS']).includes('*')) return true
  return readStrings(element[type]).some((name) => names.includes(name))
}

function readStrings(value: unknown): string[] {
  return [value].flat().filter((item) => typeof item === 'string')
}
