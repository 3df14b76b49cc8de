/**
 * The lines of a file as the dialect has them, written down a second time and on its own: the rewrites that explain a
 * difference are made of it, and it is an error where it and the parser do not mean the same.
 */
export type Line =
  | { readonly kind: 'blank' | 'comment' | 'malformed' | 'more'; readonly text: string }
  | { readonly kind: 'header'; readonly text: string; readonly name: string; readonly comment: string }
  | {
      readonly kind: 'setting'
      readonly text: string
      readonly key: string
      readonly value: string
      readonly comment: string
    }
  /** Without value: its equals sign is in a comment, so that it says nothing. */
  | {
      readonly kind: 'nested'
      readonly text: string
      readonly key: string
      readonly value: string | undefined
      readonly comment: string
    }

export function readLines(text: string): Line[] {
  let open: { indent: number; nested: boolean } | undefined
  let hasSection = false
  return text.split('\n').map((raw): Line => {
    const content = raw.trim()
    if (content === '') return { kind: 'blank', text: raw }
    if (/^[#;]/.test(content)) return { kind: 'comment', text: raw }
    const indent = raw.search(/\S/)
    if (open && indent > open.indent) {
      if (!open.nested) return { kind: 'more', text: raw }
      const [key, value, comment] = split(content)
      if (content.split('=')[0]?.trim() === '' || !content.includes('=')) return { kind: 'malformed', text: raw }
      return { kind: 'nested', text: raw, key, value, comment }
    }
    if (content.startsWith('[')) {
      const [, inside = '', comment = ''] = /^\[([^#;]*)\]\s*((?:[#;].*)?)$/s.exec(content) ?? []
      const closed = /^\[[^#;]*\]\s*([#;]|$)/.test(content)
      open = undefined
      if (!closed) return { kind: 'malformed', text: raw }
      hasSection = true
      return { kind: 'header', text: raw, name: inside.trim(), comment }
    }
    const [key, value, comment] = split(content)
    if (!hasSection || value === undefined || key === '') return { kind: 'malformed', text: raw }
    open = { indent, nested: value === '' }
    return { kind: 'setting', text: raw, key, value, comment }
  })
}

/** A comment begins after white space. */
function split(content: string): [key: string, value: string | undefined, comment: string] {
  const bare = content.split(/\s[#;]/)[0] ?? ''
  const [key = '', ...values] = bare.split('=')
  return [key.trim(), values.length > 0 ? values.join('=').trim() : undefined, content.slice(bare.length).trim()]
}

/** A header with all that stands below it. What stands before the first header has none. */
export interface Block {
  readonly header: (Line & { readonly kind: 'header' }) | undefined
  readonly parts: readonly Part[]
}

/** A setting with the lines below it up to the next, or a line before the first of them. */
export interface Part {
  readonly line: Line
  readonly below: readonly Line[]
}

/** Every line is in one of them: written again, they are the same text. */
export function readBlocks(text: string): Block[] {
  const blocks: { header: Block['header']; parts: { line: Line; below: Line[] }[] }[] = []
  for (const line of readLines(text)) {
    if (line.kind === 'header' || blocks.length === 0) {
      const header = line.kind === 'header' ? line : undefined
      blocks.push({ header, parts: header ? [] : [{ line, below: [] }] })
      continue
    }
    const parts = blocks.at(-1)?.parts ?? []
    const open = parts.at(-1)
    if (line.kind === 'setting' || open?.line.kind !== 'setting') parts.push({ line, below: [] })
    else open.below.push(line)
  }
  return blocks
}

export function writeBlocks(blocks: readonly Block[]): string {
  return blocks
    .flatMap(({ header, parts }) => [header ?? [], parts.flatMap(({ line, below }) => [line, ...below])].flat())
    .map(({ text }) => text)
    .join('\n')
}
