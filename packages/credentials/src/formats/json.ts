export type JsonObject = Readonly<Record<string, unknown>>

/** An object, or undefined for all else. What `JSON.parse` has to say is dropped: it quotes the text. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A text that is not blank. */
export function readText(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}
