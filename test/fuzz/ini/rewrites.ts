/**
 * Why others read a file in another way than we do: each decision as a rewrite of the files to ones that do without it.
 * Where that makes the difference go away, it was that decision.
 */
import { type Files, type Implementation, mapFiles } from './files.ts'
import { type Block, type Line, type Part, readBlocks, readLines, writeBlocks } from './lines.ts'

export interface Rewrite {
  /** `D14` and the like as in the design; a word for a rule that has no number. */
  readonly name: string
  readonly why: string
  /** Default: all. */
  readonly of?: Implementation['name']
  /** We read the same before and after: checked each time. */
  readonly keepsMeaning: boolean
  readonly apply: (files: Files) => Files
}

const IDENTIFIER = /^[\w\-/.%@:+]+$/
const PYTHON = 'botocore'
const JAVASCRIPT = 'AWS SDK for JavaScript'

/** By code points: letters like these are seen in no editor. */
const ODD_SPACES = new RegExp(
  `[${[0x0b, 0x0c, 0x1c, 0x1d, 0x1e, 0x1f, 0x85, 0x2028, 0x2029, 0xfeff].map((code) => String.fromCharCode(code)).join('')}]|\\r(?!\\n)`,
  'g',
)

/** In the order in which they are made. */
export const REWRITES: readonly Rewrite[] = [
  {
    name: 'odd spaces',
    why: 'Python and JavaScript do not agree on what is white space and what ends a line',
    keepsMeaning: false,
    apply: (files) => mapFiles(files, (text) => text.replace(ODD_SPACES, '')),
  },
  {
    name: 'D11',
    why: 'a malformed file is an error; others pass over some of its lines',
    keepsMeaning: false,
    apply: (files) => mapFiles(files, withoutMalformed),
  },
  {
    name: 'D14',
    why: 'a comment after white space ends a value, and one after a header may touch it',
    keepsMeaning: true,
    apply: (files) => mapFiles(files, (text) => mapLines(text, withoutComment)),
  },
  {
    name: 'blank lines',
    why: 'a blank line in a value says nothing; Python keeps it',
    of: PYTHON,
    keepsMeaning: true,
    apply: (files) =>
      mapFiles(files, (text) => mapLines(text, (line) => (line.kind === 'blank' ? undefined : line.text))),
  },
  {
    name: 'D17',
    why: 'indented headers and settings count, and only a line deeper than a setting continues it',
    of: JAVASCRIPT,
    keepsMeaning: false,
    apply: (files) => mapFiles(files, withoutIndents),
  },
  {
    name: 'names',
    why: 'a section or setting of a name with other letters is ignored, and so is a section of an unknown kind',
    keepsMeaning: true,
    apply: (files) => mapFiles(files, (text, file) => mapBlocks(text, (block) => withValidNames(block, file))),
  },
  {
    name: 'D9',
    why: 'keys are case-insensitive, nested ones too',
    keepsMeaning: true,
    apply: (files) => mapFiles(files, (text) => mapBlocks(text, withLowerKeys)),
  },
  {
    name: 'colons',
    why: 'a colon is a letter of a key, and no equals sign',
    of: PYTHON,
    keepsMeaning: false,
    apply: (files) =>
      mapFiles(files, (text) => mapBlocks(text, (block) => mapKeys(block, (key) => key.replaceAll(':', '-')))),
  },
  {
    name: 'D13',
    why: '[profile default] wins over [default] in the config file, which is ignored then',
    keepsMeaning: true,
    apply: ({ config, credentials }) => ({ config: withoutSecondDefault(config), credentials }),
  },
  {
    name: 'D16',
    why: 'a section or setting that stands twice is merged, and the last one wins',
    keepsMeaning: true,
    apply: (files) => mapFiles(files, (text) => writeBlocks(merged(readBlocks(text)))),
  },
  {
    name: 'D15',
    why: 'a nested block is one value; in JavaScript its settings are settings of the profile, named block.name',
    of: JAVASCRIPT,
    keepsMeaning: false,
    apply: (files) => mapFiles(files, (text) => mapBlocks(text, withoutNested)),
  },
  {
    name: 'empty settings',
    why: 'a setting may be empty, and hides one of the config file then; JavaScript does not see it',
    of: JAVASCRIPT,
    keepsMeaning: false,
    apply: (files) => mapFiles(files, (text) => mapBlocks(text, withoutEmpty)),
  },
  {
    name: 'DEFAULT',
    why: 'a profile may have the name DEFAULT; Python gives its settings to all sections',
    of: PYTHON,
    keepsMeaning: false,
    apply: (files) =>
      mapFiles(files, (text) => mapBlocks(text, (block) => (block.header?.name === 'DEFAULT' ? undefined : block))),
  },
  {
    name: 'prototypes',
    why: 'a section or setting may be named like something on a prototype; JavaScript loses it, or the file',
    of: JAVASCRIPT,
    keepsMeaning: false,
    apply: (files) => mapFiles(files, (text) => mapBlocks(text, withoutPrototypes)),
  },
]

/** undefined takes the line out. */
function mapLines(text: string, change: (line: Line) => string | undefined): string {
  const lines = readLines(text).map(change)
  return lines.filter((line) => line !== undefined).join('\n')
}

function mapBlocks(text: string, change: (block: Block) => Block | undefined): string {
  return writeBlocks(readBlocks(text).flatMap((block) => change(block) ?? []))
}

/** Without one, the next may be malformed too. */
function withoutMalformed(text: string): string {
  let [before, after] = [text, mapLines(text, keepWellFormed)]
  while (after !== before) [before, after] = [after, mapLines(after, keepWellFormed)]
  return after
}

function keepWellFormed(line: Line): string | undefined {
  return line.kind === 'malformed' ? undefined : line.text
}

function withoutComment(line: Line): string | undefined {
  switch (line.kind) {
    case 'header':
      return line.comment === '' ? line.text : `${indentOf(line)}[${line.name}]`
    case 'setting':
      return line.comment === '' ? line.text : `${indentOf(line)}${line.key}=${line.value}`
    case 'nested':
      if (line.comment === '') return line.text
      return line.value === undefined ? undefined : `${indentOf(line)}${line.key}=${line.value}`
    default:
      return line.text
  }
}

function indentOf({ text }: Line): string {
  return text.slice(0, Math.max(0, text.search(/\S/)))
}

function withoutIndents(text: string): string {
  return mapLines(text, (line) => {
    if (line.kind === 'more') return undefined
    return line.kind === 'nested' ? `  ${line.text.trim()}` : line.text.trim()
  })
}

function withValidNames(block: Block, file: keyof Files): Block | undefined {
  if (!block.header) return block
  const { name } = block.header
  const [kind = '', ...rest] = name.split(/\s+/)
  const isKind = ['profile', 'sso-session', 'services'].includes(kind) && rest.length === 1
  const isNamed = file === 'credentials' ? IDENTIFIER.test(name) : isKind && IDENTIFIER.test(rest[0] ?? '')
  if (!isNamed && name !== 'default') return undefined
  const plain = file === 'config' && isKind ? `${kind} ${rest[0]}` : name
  const header = { ...block.header, name: plain, text: `[${plain}]${block.header.comment}` }
  return { header, parts: block.parts.filter(({ line }) => line.kind !== 'setting' || IDENTIFIER.test(line.key)) }
}

function withLowerKeys(block: Block): Block {
  const lowered = mapKeys(block, (key) => key.toLowerCase())
  return mapBelow(lowered, (line) => {
    if (line.kind !== 'nested' || line.key === line.key.toLowerCase()) return line
    return { ...line, text: line.text.replace(line.key, line.key.toLowerCase()) }
  })
}

function mapKeys(block: Block, change: (key: string) => string): Block {
  const parts = block.parts.map(({ line, below }): Part => {
    const key = line.kind === 'setting' ? change(line.key) : ''
    if (line.kind !== 'setting' || key === line.key) return { line, below }
    return { line: { ...line, key, text: line.text.replace(line.key, key) }, below }
  })
  return { ...block, parts }
}

function mapBelow(block: Block, change: (line: Line) => Line | undefined): Block {
  const parts = block.parts.map(({ line, below }) => ({ line, below: below.flatMap((part) => change(part) ?? []) }))
  return { ...block, parts }
}

function withoutSecondDefault(config: string): string {
  const blocks = readBlocks(config)
  const isPrefixed = ({ header }: Block): boolean => /^profile\s+default$/.test(header?.name ?? '')
  if (!blocks.some(isPrefixed)) return config
  return writeBlocks(blocks.filter(({ header }) => header?.name !== 'default'))
}

/** Each section where it stood first, each setting as it stood last. */
function merged(blocks: readonly Block[]): Block[] {
  const sections = new Map<string | undefined, { header: Block['header']; parts: Map<unknown, Part> }>()
  for (const { header, parts } of blocks) {
    const known = sections.get(header?.name) ?? { header, parts: new Map<unknown, Part>() }
    sections.set(header?.name, known)
    for (const { line, below } of parts) {
      const part = { line: indented(line, ''), below: below.map((more) => indented(more, '  ')) }
      known.parts.set(line.kind === 'setting' ? line.key.toLowerCase() : part, part)
    }
  }
  return [...sections.values()].map(({ header, parts }) => ({ header, parts: [...parts.values()] }))
}

/** Below another line, an indent of its own would mean something else. */
function indented<L extends Line>(line: L, indent: string): L {
  return { ...line, text: indent + line.text.trim() }
}

function withoutNested(block: Block): Block {
  const isNested = ({ below }: Part): boolean => below.some(({ kind }) => kind === 'nested')
  return { ...block, parts: block.parts.filter((part) => !isNested(part)) }
}

function withoutEmpty(block: Block): Block {
  const kept = mapBelow(block, (line) => (line.kind === 'nested' && !line.value ? undefined : line))
  const isEmpty = ({ line, below }: Part): boolean =>
    line.kind === 'setting' && line.value === '' && !below.some(({ kind }) => kind === 'nested')
  return { ...kept, parts: kept.parts.filter((part) => !isEmpty(part)) }
}

function withoutPrototypes(block: Block): Block | undefined {
  const isInherited = (name: string): boolean => name in {}
  if (block.header?.name.split(/\s+/).some(isInherited)) return undefined
  const kept = mapBelow(block, (line) => (line.kind === 'nested' && isInherited(line.key) ? undefined : line))
  return { ...kept, parts: kept.parts.filter(({ line }) => line.kind !== 'setting' || !isInherited(line.key)) }
}
