/**
 * Reads and checks the parameters of a call, as the service model constrains them.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @module
 */
import { Refusal } from '../service.ts'

export interface TextRule {
  readonly min?: number
  readonly max?: number
  readonly pattern?: RegExp
  /** A refusal does not repeat its value. */
  readonly sensitive?: true
}

export const NAME: TextRule = { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ }
export const ARN: TextRule = {
  min: 20,
  max: 2048,
  pattern: /^[\t\n\r\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u,
}
export const SERIAL_NUMBER: TextRule = { min: 9, max: 256, pattern: /^[\w+=/:,.@-]*$/ }
export const TOKEN_CODE: TextRule = { min: 6, max: 6, pattern: /^\d*$/, sensitive: true }

/** Notes what is wrong while it reads; `check` then refuses with all of it. */
export interface ParameterReader {
  text(name: string, rule: TextRule): string | undefined
  required(name: string, rule: TextRule): string
  integer(name: string, min: number, max: number): number | undefined
  /** NAME.member.1, NAME.member.2…, of which each is read by its own name. */
  list<T>(name: string, max: number, read: (member: string) => T): T[]
  /** @throws Refusal `ValidationError` */
  check(): void
}

export function createReader(form: URLSearchParams): ParameterReader {
  const problems: string[] = []
  const note = (name: string, value: string, constraint: string): void => {
    problems.push(`Value ${value} at '${toMemberName(name)}' failed to satisfy constraint: Member must ${constraint}`)
  }

  const text: ParameterReader['text'] = (name, { min = 0, max = Number.POSITIVE_INFINITY, pattern, sensitive }) => {
    const value = form.get(name) ?? undefined
    if (value === undefined) return undefined
    const shown = sensitive ? "'***'" : `'${value}'`
    if (value.length < min) note(name, shown, `have length greater than or equal to ${min}`)
    if (value.length > max) note(name, shown, `have length less than or equal to ${max}`)
    if (pattern && !pattern.test(value))
      note(name, shown, `satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`)
    return value
  }

  return {
    text,
    required: (name, rule) => {
      const value = text(name, rule)
      if (value === undefined) note(name, 'null', 'not be null')
      return value ?? ''
    },
    integer: (name, min, max) => {
      const value = form.get(name) ?? undefined
      if (value === undefined) return undefined
      const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN
      if (Number.isNaN(number)) note(name, `'${value}'`, 'be a whole number')
      if (number < min) note(name, `'${value}'`, `have value greater than or equal to ${min}`)
      if (number > max) note(name, `'${value}'`, `have value less than or equal to ${max}`)
      return number
    },
    list: (name, max, read) => {
      const members: string[] = []
      const has = (member: string): boolean =>
        [...form.keys()].some((key) => key === member || key.startsWith(`${member}.`))
      for (let number = 1; has(`${name}.member.${number}`); number += 1) members.push(`${name}.member.${number}`)
      if (members.length > max) note(name, `'${members.length} members'`, `have length less than or equal to ${max}`)
      return members.map(read)
    },
    check: () => {
      if (problems.length === 0) return
      const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`
      throw invalid(`${count} detected: ${problems.join('; ')}`)
    },
  }
}

export function invalid(message: string): Refusal {
  return new Refusal('ValidationError', 400, message)
}

/** RoleArn → roleArn, Tags.member.1.Key → tags.1.member.key. */
function toMemberName(name: string): string {
  const lower = (part: string): string => part.slice(0, 1).toLowerCase() + part.slice(1)
  return name
    .split('.')
    .map(lower)
    .join('.')
    .replace(/\.member\.(\d+)/g, '.$1.member')
}
