/** The list of files in docs/architecture.md: the first sentence of each file's own comment. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGES, ROOT } from './places.js'

export function withFileList(text) {
  const [before, after] = text.split(/<!-- files -->[\s\S]*<!-- end of files -->/)
  const lists = PACKAGES.map((name) => `### packages/${name}/src\n\n${listFiles(join(ROOT, 'packages', name, 'src'))}`)
  return `${before}<!-- files -->\n\n${lists.join('\n\n')}\n\n<!-- end of files -->${after ?? '\n'}`
}

function listFiles(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|cjs)$/.test(file))
  return files
    .sort()
    .map((file) => `- \`${file}\` ${summaryOf(readFileSync(join(folder, file), 'utf8'), file)}`)
    .join('\n')
}

function summaryOf(source, file) {
  if (/(^|\/)index\.ts$/.test(file) && !source.startsWith('/**')) return 'what this folder offers.'
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(source)?.[1]
  const text = comment
    ?.replace(/^\s*\* ?/gm, '')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .trim()
  const command = /^export const \w+(?:Command|Group)\b.*\n {2}name: '(.+)',\n {2}summary: '(.+)',$/m.exec(source)
  if (command) return `\`rolecall ${command[1]}\`: ${command[2]}.`
  const sentence = text && /^[\s\S]*?[.?](?=\s|$)/.exec(`${text.split(/\n\s*\n/)[0]}`)?.[0]
  if (!sentence) throw new Error(`${file} does not say what it is for: begin it with a comment of one sentence`)
  return sentence.replace(/\s+/g, ' ')
}
