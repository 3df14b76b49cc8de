/** What a JSON value has to look like. A check throws with the place of what is wrong. */
export type Check = (value: unknown, at: string) => void

const OPTIONAL: unique symbol = Symbol('optional')

export interface OptionalField {
  readonly [OPTIONAL]: Check
}

export function optional(check: Check): OptionalField {
  return { [OPTIONAL]: check }
}

/** An object with these fields and no others. */
export function object(fields: Readonly<Record<string, Check | OptionalField>>): Check {
  return (value, at) => {
    const record = asRecord(value, at)
    for (const name of Object.keys(record)) if (!Object.hasOwn(fields, name)) throw wrong(`${at}.${name}`, 'unknown')
    for (const [name, field] of Object.entries(fields)) {
      if (name in record) (typeof field === 'function' ? field : field[OPTIONAL])(record[name], `${at}.${name}`)
      else if (typeof field === 'function') throw wrong(`${at}.${name}`, 'missing')
    }
  }
}

export function recordOf(check: Check): Check {
  return (value, at) => {
    for (const [name, member] of Object.entries(asRecord(value, at))) check(member, `${at}.${name}`)
  }
}

export function listOf(check: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) throw wrong(at, 'no list')
    for (const [index, member] of value.entries()) check(member, `${at}[${index}]`)
  }
}

/** The first check that fits decides; the last says what is wrong. */
export function either(...checks: readonly Check[]): Check {
  return (value, at) => {
    let problem: unknown
    for (const check of checks) {
      try {
        return check(value, at)
      } catch (error) {
        problem = error
      }
    }
    throw problem
  }
}

export function oneOf(...values: readonly unknown[]): Check {
  return (value, at) => {
    if (!values.includes(value)) throw wrong(at, `none of ${values.join(', ')}`)
  }
}

export const text: Check = (value, at) => {
  if (typeof value !== 'string') throw wrong(at, 'no text')
}

/** A text that says something. */
export const sentence: Check = (value, at) => {
  if (typeof value !== 'string' || value.trim() === '') throw wrong(at, 'no text, or a blank one')
}

export const textOrNull: Check = either(oneOf(null), text)

export const wholeNumber: Check = (value, at) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw wrong(at, 'no whole number')
}

export const instant: Check = (value, at) => {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) throw wrong(at, 'no instant')
}

export const anything: Check = () => {}

function asRecord(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(at, 'no object')
  return value as Record<string, unknown>
}

function wrong(at: string, what: string): Error {
  return new Error(`${at}: ${what}`)
}
