/**
 * Policy variables: `${aws:username}`, with a default `${aws:username, 'nobody'}`, and the escapes `${*}`, `${?}`, `${$}`.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 * @module
 */
import { type PatternPart, parsePattern } from './pattern.ts'

/** A value of a policy with its variables filled in. */
export interface Template {
  readonly text: string
  /** What a variable or an escape stands for is literal here. */
  readonly pattern: readonly PatternPart[]
}

const VARIABLE = /\$\{([^}]*)\}/
const NAME = /^\s*([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/

/** @returns undefined where the request does not have what a variable asks for. */
export function fillVariables(value: string, find: (key: string) => string | undefined): Template | undefined {
  const pattern: PatternPart[] = []
  let text = ''
  for (const [index, piece] of value.split(VARIABLE).entries()) {
    const isVariable = index % 2 === 1
    const filled = isVariable ? fillOne(piece, find) : piece
    if (filled === undefined) return undefined
    text += filled
    pattern.push(...(isVariable ? [{ literal: filled }] : parsePattern(filled)))
  }
  return { text, pattern }
}

/** A value in which nothing is looked up. */
export function asWritten(value: string): Template {
  return { text: value, pattern: parsePattern(value) }
}

/** The value that compares as this text does. */
export function escapeVariables(text: string): string {
  return text.replace(/\$(?=\{)/g, escapeOne)
}

/** The same where `*` and `?` are wildcards. */
export function escapeWildcards(text: string): string {
  return text.replace(/\$(?=\{)|[*?]/g, escapeOne)
}

function escapeOne(character: string): string {
  return `\${${character}}`
}

function fillOne(inner: string, find: (key: string) => string | undefined): string | undefined {
  if (inner === '*' || inner === '?' || inner === '$') return inner
  const [, key = '', fallback] = NAME.exec(inner) ?? []
  return find(key) ?? fallback
}
