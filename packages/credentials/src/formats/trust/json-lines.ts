/**
 * JSON that remembers where things stand: the line of each value, keys that are there twice, numbers as they were written.
 * `JSON.parse` keeps none of these, and its messages quote the text.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc8259
 * @module
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly line: number; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly line: number; readonly items: readonly JsonNode[] }
  /** `text` of a number is as it was written: digits beyond 2⁵³ are kept. */
  | { readonly kind: 'string' | 'number' | 'boolean' | 'null'; readonly line: number; readonly text: string }

export interface JsonMember {
  readonly name: string
  readonly line: number
  readonly value: JsonNode
}

export interface JsonFault {
  readonly kind: 'fault'
  readonly line: number
  /** What is wrong, in words that quote nothing. */
  readonly problem: string
}

const MAX_DEPTH = 64
const SPACE = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\]|\\.)*"/sy
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y

/** A byte order mark in front is passed over. */
export function parseJsonLines(text: string): JsonNode | JsonFault {
  const reader = new Reader(text.replace(/^\ufeff/, ''))
  try {
    return reader.readDocument()
  } catch (fault) {
    if (fault instanceof Fault) return { kind: 'fault', line: fault.line, problem: fault.problem }
    throw fault
  }
}

class Fault extends Error {
  readonly line: number
  readonly problem: string

  constructor(line: number, problem: string) {
    super(problem)
    this.line = line
    this.problem = problem
  }
}

class Reader {
  readonly #text: string
  #at = 0
  #line = 1
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  readDocument(): JsonNode {
    this.#skipSpace()
    if (this.#at === this.#text.length) throw this.#fault('there is nothing in it')
    const value = this.#readValue()
    this.#skipSpace()
    if (this.#at < this.#text.length) throw this.#fault('something follows the end of the document')
    return value
  }

  #readValue(): JsonNode {
    const line = this.#line
    const next = this.#text[this.#at]
    if (next === '{') return this.#nested(() => ({ kind: 'object', line, members: this.#readMembers() }))
    if (next === '[') return this.#nested(() => ({ kind: 'array', line, items: this.#readItems() }))
    if (next === '"') return { kind: 'string', line, text: this.#readString() }

    const word = this.#take(WORD)
    if (word) return { kind: word === 'null' ? 'null' : 'boolean', line, text: word }
    const number = this.#take(NUMBER)
    if (number) return { kind: 'number', line, text: number }
    throw this.#fault(next === undefined ? 'it ends too early' : 'a value is expected')
  }

  #nested(read: () => JsonNode): JsonNode {
    if (this.#depth === MAX_DEPTH) throw this.#fault('it is nested too deep')
    this.#depth += 1
    this.#at += 1
    this.#skipSpace()
    const value = read()
    this.#depth -= 1
    return value
  }

  #readMembers(): JsonMember[] {
    const members: JsonMember[] = []
    while (!this.#takes('}')) {
      if (members.length > 0) this.#expect(',', 'a comma or } is expected')
      const line = this.#line
      if (this.#text[this.#at] !== '"') throw this.#fault('a name in double quotes is expected')
      const name = this.#readString()
      this.#skipSpace()
      this.#expect(':', 'a colon is expected after a name')
      members.push({ name, line, value: this.#readValue() })
      this.#skipSpace()
    }
    return members
  }

  #readItems(): JsonNode[] {
    const items: JsonNode[] = []
    while (!this.#takes(']')) {
      if (items.length > 0) this.#expect(',', 'a comma or ] is expected')
      items.push(this.#readValue())
      this.#skipSpace()
    }
    return items
  }

  #readString(): string {
    const written = this.#take(STRING)
    if (written === undefined) throw this.#fault('a text does not end')
    try {
      return JSON.parse(written) as string
    } catch {
      throw this.#fault('a text holds what a text cannot: a line end, a tab, or an escape that is none')
    }
  }

  #expect(character: string, problem: string): void {
    if (!this.#takes(character)) throw this.#fault(this.#at === this.#text.length ? 'it ends too early' : problem)
    this.#skipSpace()
  }

  #takes(character: string): boolean {
    const there = this.#text[this.#at] === character
    if (there) this.#at += 1
    return there
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #skipSpace(): void {
    const space = this.#take(SPACE) ?? ''
    this.#line += space.split(/\r\n|\r|\n/).length - 1
  }

  #fault(problem: string): Fault {
    return new Fault(this.#line, problem)
  }
}
