/** Words that nobody knows: what was probably meant, and how they are shown. */

/** The candidate that was probably meant, or none where all are too far off. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3))
  const [best] = candidates
    .map((candidate) => ({ candidate, edits: countEdits(word.toLowerCase(), candidate) }))
    .filter(({ candidate, edits }) => edits <= limit || (word.length > 2 && candidate.startsWith(word)))
    .sort((a, b) => a.edits - b.edits)
  return best?.candidate
}

/** A sentence for the remedy of an error, or nothing. */
export function suggest(word: string, candidates: readonly string[]): string {
  const best = nearest(word, candidates)
  return best ? `Did you mean ${best}? ` : ''
}

/** What a person typed, in an error. */
export function quoted(word: string): string {
  return `"${word.length > 60 ? `${word.slice(0, 60)}…` : word}"`
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(last, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const choices = [replaced, at(last, j) + 1, at(row, j - 1) + 1]
      row.push(Math.min(...choices, swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY))
    }
    beforeLast = last
    last = row
  }
  return at(last, to.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
