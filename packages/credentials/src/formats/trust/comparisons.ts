/**
 * The operators of conditions: how a value of the request is compared with one of the policy.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @module
 */
import { decodeBase64 } from '../base64.ts'
import { parseInstant } from './instant.ts'
import { isInRange } from './ip-range.ts'
import { matchesPattern, type PatternPart } from './pattern.ts'
import type { Template } from './variables.ts'

/** undefined: they cannot be compared, as a text with a number. */
type Compare = (actual: string, expected: Template) => boolean | undefined

export interface Comparison {
  readonly compare: Compare
  /** Met when none of the values compares. */
  readonly negated: boolean
  /** Whether policy variables are looked up in its values. */
  readonly variables: boolean
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/

const exactly: Compare = (actual, expected) => actual === expected.text
const ignoringCase: Compare = (actual, expected) => actual.toLowerCase() === expected.text.toLowerCase()
const like: Compare = (actual, expected) => matchesPattern(actual, expected.pattern)
const within: Compare = (actual, expected) => isInRange(actual, expected.text)

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ...pair('StringEquals', 'StringNotEquals', exactly, true),
  ...pair('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', ignoringCase, true),
  ...pair('StringLike', 'StringNotLike', like, true),
  ...pair('ArnEquals', 'ArnNotEquals', isArnLike, true),
  ...pair('ArnLike', 'ArnNotLike', isArnLike, true),
  ...pair('IpAddress', 'NotIpAddress', within, false),
  ...pair(
    'NumericEquals',
    'NumericNotEquals',
    ordered(parseNumber, (order) => order === 0),
    false,
  ),
  ...pair(
    'DateEquals',
    'DateNotEquals',
    ordered(parseInstant, (order) => order === 0),
    false,
  ),
  ...inOrder('Numeric', parseNumber),
  ...inOrder('Date', parseInstant),
  ['Bool', { compare: ignoringCase, negated: false, variables: true }],
  ['BinaryEquals', { compare: areSameBytes, negated: false, variables: false }],
])

export function findComparison(name: string): Comparison | undefined {
  return COMPARISONS.get(name)
}

export function isComparison(name: string): boolean {
  return name === 'Null' || COMPARISONS.has(name)
}

function pair(name: string, opposite: string, compare: Compare, variables: boolean): [string, Comparison][] {
  return [
    [name, { compare, negated: false, variables }],
    [opposite, { compare, negated: true, variables }],
  ]
}

function inOrder(kind: string, parse: (text: string) => number | undefined): [string, Comparison][] {
  const holds: Record<string, (order: number) => boolean> = {
    LessThan: (order) => order < 0,
    LessThanEquals: (order) => order <= 0,
    GreaterThan: (order) => order > 0,
    GreaterThanEquals: (order) => order >= 0,
  }
  return Object.entries(holds).map(([name, test]) => [
    kind + name,
    { compare: ordered(parse, test), negated: false, variables: false },
  ])
}

function ordered(parse: (text: string) => number | undefined, test: (order: number) => boolean): Compare {
  return (actual, expected) => {
    const [left, right] = [parse(actual), parse(expected.text)]
    return left === undefined || right === undefined ? undefined : test(Math.sign(left - right))
  }
}

function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined
}

/** Each of the six parts on its own: a wildcard does not go beyond a colon, but in the last. */
function isArnLike(actual: string, expected: Template): boolean | undefined {
  const parts = splitArn([{ literal: actual }])
  const patterns = splitArn(expected.pattern)
  if (parts.length < 6 || patterns.length < 6) return undefined
  return patterns.every((pattern, index) => matchesPattern(textOf(parts[index] ?? []), pattern))
}

function splitArn(parts: readonly PatternPart[]): PatternPart[][] {
  const split: PatternPart[][] = [[]]
  for (const part of parts) {
    const pieces = 'literal' in part ? part.literal.split(':') : [undefined]
    pieces.forEach((piece, index) => {
      if (index > 0 && split.length < 6) split.push([])
      else if (index > 0) split.at(-1)?.push({ literal: ':' })
      split.at(-1)?.push(piece === undefined ? part : { literal: piece })
    })
  }
  return split
}

function textOf(parts: readonly PatternPart[]): string {
  return parts.map((part) => ('literal' in part ? part.literal : part.wildcard)).join('')
}

/** Both in base64. */
function areSameBytes(actual: string, expected: Template): boolean | undefined {
  const [left, right] = [decodeBase64(actual), decodeBase64(expected.text)]
  return left && right && left.length === right.length && left.every((byte, index) => byte === right[index])
}
