/**
 * Whether the conditions of a statement are met.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 * @module
 */
import { type Comparison, findComparison } from './comparisons.ts'
import type { TrustCondition, TrustPolicy } from './policy.ts'
import { asWritten, fillVariables, type Template } from './variables.ts'

/** The condition keys that a request has. Names are compared without regard to case; a list is a key of several values. */
export type TrustContext = Readonly<Record<string, string | readonly string[]>>

/** 'undecided': it rests on a variable that the request does not have, or compares what cannot be compared. */
export type ConditionOutcome = 'met' | 'unmet' | 'undecided'

export interface ConditionTrace {
  readonly condition: TrustCondition
  /** undefined: the request does not have the key. */
  readonly actual: readonly string[] | undefined
  readonly outcome: ConditionOutcome
}

export type ContextLookup = (key: string) => readonly string[] | undefined

export function createLookup(context: TrustContext): ContextLookup {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]))
  return (key) => values.get(key.toLowerCase())
}

export function traceCondition(
  condition: TrustCondition,
  version: TrustPolicy['version'],
  find: ContextLookup,
): ConditionTrace {
  const actual = find(condition.key)
  return { condition, actual, outcome: evaluate(condition, version, actual, find) }
}

function evaluate(
  condition: TrustCondition,
  version: TrustPolicy['version'],
  actual: readonly string[] | undefined,
  find: ContextLookup,
): ConditionOutcome {
  const { comparison: name, quantifier, ifExists, values } = condition
  const isAbsent = actual === undefined || actual.length === 0
  if (name === 'Null') return verdict(values.some((value) => value.toLowerCase() === String(isAbsent)))
  const comparison = findComparison(name)
  if (!comparison) return 'undecided'
  if (isAbsent) return verdict(ifExists || quantifier === 'ForAllValues' || (comparison.negated && !quantifier))
  if (quantifier === 'ForAllValues' && actual.every((value) => value === '')) return 'met'

  const expected = values.map((value) => fill(value, comparison, version, find))
  const outcomes = actual.map((value) => compareWithAll(value, expected, comparison))
  const all = quantifier === 'ForAllValues' || (comparison.negated && !quantifier)
  return all ? everyOf(outcomes) : someOf(outcomes)
}

function fill(
  value: string,
  comparison: Comparison,
  version: TrustPolicy['version'],
  find: ContextLookup,
): Template | undefined {
  if (!comparison.variables || version === '2008-10-17') return asWritten(value)
  return fillVariables(value, (key) => {
    const found = find(key)
    return found?.length === 1 ? found[0] : undefined
  })
}

/** One value of the request against all of the policy: one is enough, or none for a negated operator. */
function compareWithAll(
  value: string,
  expected: readonly (Template | undefined)[],
  { compare, negated }: Comparison,
): ConditionOutcome {
  const results = expected.map((one) => one && compare(value, one))
  if (results.includes(true)) return verdict(!negated)
  if (negated && results.includes(undefined)) return 'undecided'
  return verdict(negated)
}

function everyOf(outcomes: readonly ConditionOutcome[]): ConditionOutcome {
  if (outcomes.includes('unmet')) return 'unmet'
  return outcomes.includes('undecided') ? 'undecided' : 'met'
}

function someOf(outcomes: readonly ConditionOutcome[]): ConditionOutcome {
  if (outcomes.includes('met')) return 'met'
  return outcomes.includes('undecided') ? 'undecided' : 'unmet'
}

function verdict(met: boolean): ConditionOutcome {
  return met ? 'met' : 'unmet'
}
