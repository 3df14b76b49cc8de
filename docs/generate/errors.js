/** docs/errors.md: each error code, what it means, and cases that produce it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGES, ROOT } from './places.js'

export function describeErrors() {
  const source = readFileSync(join(ROOT, 'packages/credentials/src/errors.ts'), 'utf8')
  const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)' \/\/ (.+)$/gm)]
  if (codes.length === 0) throw new Error('errors.ts lists no codes')
  const stories = readStories()
  const tests = readTests()

  const sections = codes.map(([, code, meaning]) => {
    const cases = stories.filter((story) => story.codes.includes(code)).map(({ name }) => name)
    const shown = cases.slice(0, 4).map((name) => `[${name.replaceAll('-', ' ')}](../test/cases/${name})`)
    const proof =
      shown.length > 0
        ? shown
        : tests
            .filter(({ text }) => text.includes(`'${code}'`))
            .slice(0, 2)
            .map(linkTo)
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
  const folders = [...PACKAGES.map((name) => `packages/${name}/test`), 'test'].filter((folder) =>
    existsSync(join(ROOT, folder)),
  )
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
