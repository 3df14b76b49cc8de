/** docs/errors.md: each error code, what it means, and cases that produce it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGES, ROOT } from './places.js'

export function describeErrors() {
  const proofs = { stories: readStories(), tests: readTests() }
  const ofFiles = { stories: [], tests: proofs.tests.filter(({ path }) => path.startsWith('packages/s3-files/')) }
  const describe = (file, cases = proofs) =>
    readCodes(file).map(([, code, meaning]) => describeCode(code, meaning, cases))
  return `# Errors

Every failure is a \`CredentialsError\` with a \`code\` that is part of the API, the \`source\` that failed, a \`remedy\`, and the
\`location\` where a file is to blame. \`NoCredentialsError\` lists its \`attempts\`. Under each code stand cases that produce it.
This page is made by \`npm run docs\`.

${describe('packages/credentials/src/errors.ts').join('\n\n')}

# Errors of the command line

\`rolecall\` has the codes above and these.

${describe('packages/cli/src/failure.ts').join('\n\n')}

# Errors of S3 files

Every failure of \`@rolecall/s3-files\` is an \`S3FilesError\` with a \`code\` as Node's file system has it, the store's \`s3Code\`,
\`status\` and \`requestId\` where it answered, the \`path\`, a \`remedy\`, and with \`EACCES\` the \`identity\` that was refused. An
abort rejects with the reason of its signal; credentials that are not found are a \`CredentialsError\`.

${describe('packages/s3-files/src/errors.ts', ofFiles).join('\n\n')}
`
}

function readCodes(file) {
  const codes = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^ {2}\| '([A-Z_]+)' \/\/ (.+)$/gm)]
  if (codes.length === 0) throw new Error(`${file} lists no codes`)
  return codes
}

function describeCode(code, meaning, { stories, tests }) {
  const cases = stories.filter((story) => story.codes.includes(code)).map(({ name }) => name)
  const inStories = cases.map((name) => `[${name.replaceAll('-', ' ')}](../test/cases/${name})`)
  const inTests = tests.filter(({ text }) => new RegExp(`\\b${code}\\b`).test(text)).map(linkTo)
  const shown = inStories.length > 0 ? inStories.slice(0, 4) : inTests.slice(0, 2)
  if (shown.length === 0 && code === 'INTERNAL') shown.push('None is known: please report yours.')
  if (shown.length === 0) throw new Error(`no case produces ${code}`)
  const sentence = `${meaning[0].toUpperCase()}${meaning.slice(1)}.`
  return `## ${code}\n\n${sentence}\n\n${shown.map((line) => `- ${line}`).join('\n')}`
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
  const folders = [...PACKAGES.map((name) => `packages/${name}/test`), 'test'].filter((folder) =>
    existsSync(join(ROOT, folder)),
  )
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(\.test|contract)\.ts$/.test(file))
      .sort()
      .map((file) => ({ path: `${folder}/${file}`, text: readFileSync(join(ROOT, folder, file), 'utf8') })),
  )
}

function linkTo({ path }) {
  return `[${path}](../${path})`
}
