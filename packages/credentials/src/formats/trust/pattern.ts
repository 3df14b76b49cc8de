/** Patterns in which `*` is any text and `?` any one character: matched without regular expressions, in bounded time. */
export type PatternPart = { readonly literal: string } | { readonly wildcard: '*' | '?' }

export function parsePattern(text: string): PatternPart[] {
  return text
    .split(/([*?])/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece === '*' || piece === '?' ? { wildcard: piece } : { literal: piece }))
}

/** One symbol a character; a literal star is told from a wildcard. */
type Symbol = string | typeof ANY_TEXT | typeof ANY_CHARACTER
const ANY_TEXT = 0
const ANY_CHARACTER = 1

export function matchesPattern(text: string, pattern: readonly PatternPart[]): boolean {
  const symbols: Symbol[] = pattern.flatMap((part): Symbol[] => {
    if ('literal' in part) return [...part.literal]
    return [part.wildcard === '*' ? ANY_TEXT : ANY_CHARACTER]
  })
  const characters = [...text]
  let at = 0
  let symbol = 0
  let star = -1
  let starAt = 0
  while (at < characters.length) {
    if (symbols[symbol] === ANY_TEXT) {
      star = symbol
      starAt = at
      symbol += 1
    } else if (symbols[symbol] === ANY_CHARACTER || symbols[symbol] === characters[at]) {
      symbol += 1
      at += 1
    } else if (star >= 0) {
      starAt += 1
      at = starAt
      symbol = star + 1
    } else return false
  }
  return symbols.slice(symbol).every((rest) => rest === ANY_TEXT)
}
