// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Parts of a text that are short enough, cut after a sentence where there is one, else between words. */
export function splitText(text: string, mostCharacters: number): string[] {
  const parts: string[] = []
  let rest = text
  while (rest.length > mostCharacters) {
    const end = lastEnd(rest.slice(0, mostCharacters)) ?? mostCharacters
    parts.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return [...parts, rest]
}

/** Sentences may end without a space after them, as in Japanese. A cut leaves both halves of a surrogate pair together. */
const ENDS = [/[.!?…](?=\s)|[。！？]/g, /\s/g, /[\ud800-\udbff][\udc00-\udfff]|[^\ud800-\udfff]/g]

function lastEnd(text: string): number | undefined {
  for (const end of ENDS) {
    const last = [...text.matchAll(end)].at(-1)
    if (last) return last.index + last[0].length
  }
  return undefined
}
