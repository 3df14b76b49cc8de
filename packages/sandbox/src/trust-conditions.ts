/**
 * The Condition element of a trust policy.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 *         https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 * @module
 */
import { isRecord } from './record.ts'

/** 'unknown': it has an operator or a form that is not understood. */
export type ConditionOutcome = 'met' | 'unmet' | 'unknown'

type Context = Readonly<Record<string, string | readonly string[]>>
type Comparison = (actual: string, expected: string) => boolean

const OPERATOR = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/

/** Each with the comparison it makes; a negated one is met when none of the expected values compares. */
const OPERATORS: Readonly<Record<string, { compare: Comparison; negated?: true }>> = {
  StringEquals: { compare: (actual, expected) => actual === expected },
  StringNotEquals: { compare: (actual, expected) => actual === expected, negated: true },
  StringEqualsIgnoreCase: { compare: (actual, expected) => actual.toLowerCase() === expected.toLowerCase() },
  StringNotEqualsIgnoreCase: {
    compare: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
    negated: true,
  },
  StringLike: { compare: isLike },
  StringNotLike: { compare: isLike, negated: true },
  ArnEquals: { compare: isArnLike },
  ArnLike: { compare: isArnLike },
  ArnNotEquals: { compare: isArnLike, negated: true },
  ArnNotLike: { compare: isArnLike, negated: true },
  Bool: { compare: (actual, expected) => actual.toLowerCase() === expected.toLowerCase() },
  NumericEquals: { compare: numeric((actual, expected) => actual === expected) },
  NumericNotEquals: { compare: numeric((actual, expected) => actual === expected), negated: true },
  NumericLessThan: { compare: numeric((actual, expected) => actual < expected) },
  NumericLessThanEquals: { compare: numeric((actual, expected) => actual <= expected) },
  NumericGreaterThan: { compare: numeric((actual, expected) => actual > expected) },
  NumericGreaterThanEquals: { compare: numeric((actual, expected) => actual >= expected) },
  DateEquals: { compare: date((actual, expected) => actual === expected) },
  DateNotEquals: { compare: date((actual, expected) => actual === expected), negated: true },
  DateLessThan: { compare: date((actual, expected) => actual < expected) },
  DateLessThanEquals: { compare: date((actual, expected) => actual <= expected) },
  DateGreaterThan: { compare: date((actual, expected) => actual > expected) },
  DateGreaterThanEquals: { compare: date((actual, expected) => actual >= expected) },
}

/** Every operator block and every key in it must be met. */
export function evaluateCondition(condition: unknown, context: Context): ConditionOutcome {
  if (condition === undefined) return 'met'
  if (!isRecord(condition)) return 'unknown'
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()]))
  const outcomes = Object.entries(condition).flatMap(([operator, block]): ConditionOutcome[] => {
    if (!isRecord(block)) return ['unknown']
    return Object.entries(block).map(([key, expected]) =>
      evaluateKey(operator, values.get(key.toLowerCase()), readValues(expected)),
    )
  })
  if (outcomes.includes('unknown')) return 'unknown'
  return outcomes.includes('unmet') ? 'unmet' : 'met'
}

function evaluateKey(operator: string, actual: string[] | undefined, expected: string[]): ConditionOutcome {
  const [, quantifier, name = '', ifExists] = OPERATOR.exec(operator) ?? []
  if (name === 'Null') return verdict(expected.includes(String(actual === undefined)))
  const known = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
  if (!known) return 'unknown'
  const { compare, negated = false } = known

  if (actual === undefined)
    return verdict(ifExists !== undefined || quantifier === 'ForAllValues' || (negated && !quantifier))
  const holds = (value: string): boolean => expected.some((wanted) => compare(value, wanted)) !== negated
  return verdict(quantifier === 'ForAllValues' || (negated && !quantifier) ? actual.every(holds) : actual.some(holds))
}

function verdict(met: boolean): ConditionOutcome {
  return met ? 'met' : 'unmet'
}

/** `*` is any text, `?` any one character; case counts. */
function isLike(actual: string, pattern: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, 's').test(actual)
}

/** A wildcard stays within its part of the ARN; the last part may hold colons. */
function isArnLike(actual: string, pattern: string): boolean {
  const parts = (arn: string): string[] => {
    const all = arn.split(':')
    return [...all.slice(0, 5), all.slice(5).join(':')]
  }
  const actualParts = parts(actual)
  return parts(pattern).every((part, index) => isLike(actualParts[index] ?? '', part))
}

function numeric(compare: (actual: number, expected: number) => boolean): Comparison {
  return (actual, expected) => compare(Number(actual), Number(expected))
}

/** ISO 8601, or seconds since 1970. */
function date(compare: (actual: number, expected: number) => boolean): Comparison {
  const epochMs = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))
  return (actual, expected) => compare(epochMs(actual), epochMs(expected))
}

function readValues(expected: unknown): string[] {
  return [expected].flat().map(String)
}
