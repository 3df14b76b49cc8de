/** Condition keys of `--context`: one that is named twice is a list. */
export function readContext(pairs: readonly string[]): Readonly<Record<string, readonly string[] | string>> {
  const values = new Map<string, string[]>()
  for (const pair of pairs) {
    const key = pair.slice(0, pair.indexOf('=')).toLowerCase()
    values.set(key, [...(values.get(key) ?? []), pair.slice(pair.indexOf('=') + 1)])
  }
  return Object.fromEntries([...values].map(([key, list]) => [key, list.length === 1 ? (list[0] ?? '') : list]))
}
