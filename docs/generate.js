/**
 * Writes the parts of the documentation that the sources know best; with --check it only says what is out of date.
 *
 *   docs/architecture.md  the list of files: the first sentence of each file's own comment
 *   docs/errors.md        each error code, what it means, and cases that produce it
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const PACKAGES = ['credentials', 'cli', 'sandbox']

const stale = [
  ['docs/architecture.md', withFileList],
  ['docs/errors.md', () => describeErrors()],
].filter(([file, make]) => {
  const path = join(ROOT, file)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const after = make(before)
  if (after !== before && !process.argv.includes('--check')) writeFileSync(path, after)
  return after !== before
})

if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`out of date: ${stale.map(([file]) => file).join(', ')}; run npm run docs`)
  process.exitCode = 1
}

function withFileList(text) {
  const [before, after] = text.split(/<!-- files -->[\s\S]*<!-- end of files -->/)
  const lists = PACKAGES.map((name) => `### packages/${name}/src\n\n${listFiles(join(ROOT, 'packages', name, 'src'))}`)
  return `${before}<!-- files -->\n\n${lists.join('\n\n')}\n\n<!-- end of files -->${after ?? '\n'}`
}

function listFiles(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  return files
    .sort()
    .map((file) => `- \`${file}\` ${summaryOf(readFileSync(join(folder, file), 'utf8'), file)}`)
    .join('\n')
}

function summaryOf(source, file) {
  if (/(^|\/)index\.ts$/.test(file) && !source.startsWith('/**')) return 'what this folder offers.'
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(source)?.[1]
  const text = comment?.replace(/^\s*\* ?/gm, '').replace(/\{@link (\w+)\}/g, '`$1`').trim()
  const command = /^export const \w+Command\b[\s\S]*?summary: '(.+)',$/m.exec(source)?.[1]
  if (command) return `\`rolecall ${file.replace(/^.*\/|\.ts$/g, '')}\`: ${command}.`
  const sentence = text && /^[\s\S]*?[.?](?=\s|$)/.exec(`${text.split(/\n\s*\n/)[0]}`)?.[0]
  if (!sentence) throw new Error(`${file} does not say what it is for: begin it with a comment of one sentence`)
  return sentence.replace(/\s+/g, ' ')
}

function describeErrors() {
  const source = readFileSync(join(ROOT, 'packages/credentials/src/errors.ts'), 'utf8')
  const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)' \/\/ (.+)$/gm)]
  if (codes.length === 0) throw new Error('errors.ts lists no codes')
  const stories = readStories()
  const tests = readTests()

  const sections = codes.map(([, code, meaning]) => {
    const cases = stories.filter((story) => story.codes.includes(code)).map(({ name }) => name)
    const shown = cases.slice(0, 4).map((name) => `[${name.replaceAll('-', ' ')}](../test/cases/${name})`)
    const proof = shown.length > 0 ? shown : tests.filter(({ text }) => text.includes(`'${code}'`)).slice(0, 2).map(linkTo)
    if (proof.length === 0) throw new Error(`no case produces ${code}`)
    return `## ${code}\n\n${meaning[0].toUpperCase()}${meaning.slice(1)}.\n\n${proof.map((line) => `- ${line}`).join('\n')}`
  })
  return `# Errors

Every failure is a \`CredentialsError\` with a \`code\` that is part of the API, the \`source\` that failed, a \`remedy\`, and the
\`location\` where a file is to blame. \`NoCredentialsError\` lists its \`attempts\`. Under each code stand cases that produce it.
This page is made by \`npm run docs\`.

${sections.join('\n\n')}
`
}

function readStories() {
  const folder = join(ROOT, 'test/cases')
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return names.map(({ name }) => {
    const text = readFileSync(join(folder, name, 'expect.json'), 'utf8')
    return { name, codes: [...text.matchAll(/"code":\s*"([A-Z_]+)"/g)].map(([, code]) => code) }
  })
}

function readTests() {
  const folders = [...PACKAGES.map((name) => `packages/${name}/test`), 'test'].filter((folder) => existsSync(join(ROOT, folder)))
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .sort()
      .map((file) => ({ path: `${folder}/${file}`, text: readFileSync(join(ROOT, folder, file), 'utf8') })),
  )
}

function linkTo({ path }) {
  return `[${path}](../${path})`
}
