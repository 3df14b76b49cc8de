import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const run = promisify(execFile)

const blocks = (language: string): string[] =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code ?? '')

test('the quick start is two lines', () => {
  const section = /^## Quick start\n([\s\S]*?)^## /m.exec(README)?.[1]
  expect(section).toContain('```sh\nnpm ci && npm run demo\nnpm ci && npm test\n```')
})

test('the demo resolves from at least eight sources, and explains one that is broken', async () => {
  const { stdout } = await run(process.execPath, ['demo/demo.js'], { cwd: ROOT })
  const [, sources = ''] = /^sources resolved: (.+)$/m.exec(stdout) ?? []
  expect(sources.split(', ').length).toBeGreaterThanOrEqual(8)
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^sources resolved: /)
  expect(stdout).toContain('KEYS_INCOMPLETE')
})

test('the examples in JavaScript run', async () => {
  const [first, second] = blocks('js')
  expect(first).toContain('createCredentials')
  expect(second).toContain('explain')
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.readme-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const example = join(folder, 'example.mjs')
  const withoutNetwork = second?.split('\n').filter((line) => !line.includes('identity()')) ?? []
  writeFileSync(
    example,
    [
      first,
      'await credentials()',
      'const rejectedKeyId = "another"',
      ...withoutNetwork,
      'console.log(explanation.source)',
    ].join('\n'),
  )
  const env = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'the-secret', HOME: tmpdir() }
  const { stdout } = await run(process.execPath, [example], { env })
  expect(stdout).toMatch(/\nenv\n$/)
  expect(stdout).toContain("type: 'found'")
  expect(stdout).not.toContain('the-secret')
})

test('every command it names is there, and it names every command', async () => {
  const { stdout } = await run(process.execPath, ['packages/cli/dist/rolecall.cjs', '--help'], { cwd: ROOT })
  const commands = [...stdout.matchAll(/^ {2}([a-z0-9]+) {2,}\S/gm)].map(([, name]) => name)
  const named = [...README.matchAll(/^\| `rolecall ([a-z0-9]+)/gm)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(5)
  expect(named.toSorted()).toEqual(commands.toSorted())
})
