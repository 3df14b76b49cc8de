import { canonical, type Files, type Implementation } from './files.ts'
import { readOurs } from './implementations.ts'
import { REWRITES, type Rewrite } from './rewrites.ts'

/** `by` names the decisions without which both read the same: none where they do anyway. */
export type Verdict = { readonly by: readonly string[] } | { readonly problem: string; readonly files: Files }

/** Compares what we read with what another reads; a difference is explained, or a problem. */
export async function explain(other: Implementation, files: Files): Promise<Verdict> {
  if ((await difference(other, files)) === undefined) return { by: [] }

  let needed = REWRITES.filter((rewrite) => rewrite.of === undefined || rewrite.of === other.name)
  const changed = findChangedMeaning(other, files, needed)
  if (changed) return { problem: `we read another meaning after ${changed.name} (${changed.why})`, files }
  const plain = rewriteBy(needed, files)
  if (!readOurs(plain)) return { problem: 'we refuse files in which nothing is malformed', files }
  const left = await difference(other, plain)
  if (left !== undefined) return { problem: left, files }

  for (const rewrite of needed) {
    const fewer = needed.filter((each) => each !== rewrite)
    if ((await difference(other, rewriteBy(fewer, files))) === undefined) needed = fewer
  }
  return { by: needed.map(({ name }) => name) }
}

/** Both readings, one below the other; undefined where they are the same. */
async function difference(other: Implementation, files: Files): Promise<string | undefined> {
  const ours = canonical(readOurs(files), other.name)
  const theirs = canonical(await other.read(files), other.name)
  return ours === theirs ? undefined : `we read ${ours}\n${other.name} reads ${theirs}`
}

function rewriteBy(rewrites: readonly Rewrite[], files: Files): Files {
  return rewrites.reduce((changed, { apply }) => apply(changed), files)
}

/** A rewrite that promises to keep our meaning, and does not. */
function findChangedMeaning(other: Implementation, files: Files, rewrites: readonly Rewrite[]): Rewrite | undefined {
  let before = files
  for (const rewrite of rewrites) {
    const after = rewrite.apply(before)
    const isSame = (): boolean => canonical(readOurs(before), other.name) === canonical(readOurs(after), other.name)
    if (rewrite.keepsMeaning && !isSame()) return rewrite
    before = after
  }
  return undefined
}
