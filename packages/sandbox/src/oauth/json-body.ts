/** Reads the JSON object that a call sends. */
import { isRecord } from '../record.ts'
import type { HttpRequest, Refusal } from '../service.ts'

export interface JsonBody {
  /** An empty text counts as none. */
  text(name: string): string | undefined
  required(name: string): string
  texts(name: string): readonly string[] | undefined
}

/** What `invalid` makes is thrown for a body or a member that is not as it should be. It is told no value. */
export function readJsonBody({ body }: HttpRequest, invalid: (problem: string) => Refusal): JsonBody {
  const members = parse(body)
  if (!isRecord(members)) throw invalid('The body is to be a JSON object')

  const text: JsonBody['text'] = (name) => {
    const value = members[name] ?? ''
    if (typeof value !== 'string') throw invalid(`${name} is to be a string`)
    return value === '' ? undefined : value
  }
  return {
    text,
    required: (name) => {
      const value = text(name)
      if (value === undefined) throw invalid(`${name} is missing`)
      return value
    },
    texts: (name) => {
      const value = members[name] ?? undefined
      if (value === undefined) return undefined
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
        throw invalid(`${name} is to be a list of strings`)
      return value
    },
  }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch {
    return undefined
  }
}
