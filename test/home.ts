/** The home folder of a story: real files, and what stands where a file should be. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SpecialFile, Story } from './story.ts'

export const ROLECALL: string = join(import.meta.dirname, '../packages/cli/dist/rolecall.cjs')

/** Puts the places of this run into the texts of a story. */
export type Fill = (text: string) => string

/** Runs work in a home folder of its own that is gone afterwards. */
export async function withHome<T>(
  story: Story,
  rewrite: Fill,
  work: (home: string, fill: Fill) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'story-'))
  const fill = (text: string): string =>
    rewrite(text).replaceAll('{home}', home).replaceAll('{rolecall}', `"${process.execPath}" "${ROLECALL}"`)
  try {
    for (const [path, content] of Object.entries(story.files)) write(join(home, path), fillBytes(content, fill))
    for (const [path, kind] of Object.entries(story.world.special ?? {})) create(join(home, path), kind)
    return await work(home, fill)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

function create(path: string, kind: SpecialFile): void {
  mkdirSync(dirname(path), { recursive: true })
  const make: Record<SpecialFile, () => unknown> = {
    folder: () => mkdirSync(path),
    fifo: () => execFileSync('mkfifo', [path]),
    loop: () => symlinkSync(path, path),
    device: () => symlinkSync('/dev/zero', path),
    huge: () => writeFileSync(path, `# ${'x'.repeat(1024 * 1024)}\n`),
    forbidden: () => writeFileSync(path, ''),
  }
  make[kind]()
}

/** Files that are no text stay as they are. */
function fillBytes(content: Buffer, fill: Fill): string | Buffer {
  const text = content.toString('utf8')
  return Buffer.from(text).equals(content) ? fill(text) : content
}
