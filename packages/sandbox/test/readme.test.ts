import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test, vi } from 'vitest'

const FOLDER = join(import.meta.dirname, '..')

test('the example of the README runs, and prints what it says', async () => {
  const readme = await readFile(join(FOLDER, 'README.md'), 'utf8')
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []
  const [, promised = ''] = /\/\/ (arn:.*)…\n/.exec(example) ?? []
  expect(promised).toMatch(/^arn:aws:sts::/)

  const folder = await mkdtemp(join(FOLDER, 'test/readme-'))
  const file = join(folder, 'example.mjs')
  await writeFile(file, example)
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
  const environment = process.env
  process.env = { PATH: environment['PATH'], HOME: folder } // no configuration of this machine gets in the way
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href)
    expect(printed).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(promised))
  } finally {
    process.env = environment
    printed.mockRestore()
    await rm(folder, { recursive: true })
  }
})
