import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cell } from './sight.ts'
import { WAYS, type Way } from './ways.ts'

export interface Row {
  readonly client: string
  readonly version: string
  readonly cells: Readonly<Record<Way, Cell>>
}

const PAGE = join(import.meta.dirname, '../../../docs/serving.md')
const BLOCK = /(<!-- clients: npm run docs:clients -->\n)(.*?)(<!-- \/clients -->)/s

const HEADS: Readonly<Record<Way, string>> = {
  serve: '`serve`, all it prints',
  token: '`…_TOKEN` alone',
  'token file': '`…_TOKEN_FILE` alone',
  imds: '`serve --imds`',
  process: '`credential_process`',
  exec: '`exec`',
}

const WORDS: Readonly<Record<Cell, string>> = { refreshes: 'refreshes', gets: 'gets', no: '–' }

export function writeTable(rows: readonly Row[]): string {
  const head = ['client', ...WAYS.map((way) => HEADS[way])]
  const lines = rows.map(({ client, version, cells }) => [
    `${client} ${version}`.trim(),
    ...WAYS.map((way) => WORDS[cells[way]]),
  ])
  return [head, head.map(() => '---'), ...lines].map((words) => `| ${words.join(' | ')} |\n`).join('')
}

/** The table as it stands on the page. @throws Error when the page has no place for it */
export async function readTable(): Promise<string> {
  const [, , table] = BLOCK.exec(await readFile(PAGE, 'utf8')) ?? []
  if (table === undefined) throw new Error(`${PAGE} has no place for the table of clients`)
  return table
}

export async function replaceTable(table: string): Promise<void> {
  const page = await readFile(PAGE, 'utf8')
  await writeFile(
    PAGE,
    page.replace(BLOCK, (_all, before, _old, after) => before + table + after),
  )
}

/** What a table says of one client in one way; undefined where it does not know them. */
export function findCell(table: string, client: string, way: Way): Cell | undefined {
  const line = table.split('\n').find((words) => words.startsWith(`| ${client} `))
  const word = line?.split(' | ')[WAYS.indexOf(way) + 1]?.replace(/ \|$/, '')
  const found = Object.entries(WORDS).find(([, written]) => written === word)
  return found?.[0] as Cell | undefined
}
