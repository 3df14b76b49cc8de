import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const { workspaces } = readJson(ROOT)

interface Packed {
  readonly name: string
  readonly files: readonly { readonly path: string }[]
}

test('what is published holds its licence, its README and every file that its manifest names', async () => {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--workspaces', '--dry-run', '--json'], {
    cwd: ROOT,
    maxBuffer: 1e8,
  })
  const packed = JSON.parse(stdout) as Packed[]
  expect(packed).toHaveLength(workspaces.length)
  for (const folder of workspaces as string[]) {
    const manifest = readJson(join(ROOT, folder))
    const files = packed.find(({ name }) => name === manifest.name)?.files.map(({ path }) => path)
    const { bin, main, types, exports } = manifest
    const named = JSON.stringify({ bin, main, types, exports }).match(/(?<=")\.\/[^"]*\.[a-z]+(?=":?)/g) ?? []
    const wanted = [...new Set(named)].map((path) => path.slice('./'.length))
    expect(wanted.length).toBeGreaterThan(1)
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', ...wanted]))
    expect(files?.filter((path) => /(^|\/)test\/|\.test\.|tsbuildinfo/.test(path))).toEqual([])
    expect(readFileSync(join(ROOT, folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'))
  }
})

function readJson(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
