import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadSharedConfig } from '../../src/clients/config-files.ts'
import { nodeHost } from '../../src/node.ts'
import { failureOf } from '../fake-host.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolecall-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)
const make = (name: string, create: (path: string) => void): string => {
  create(at(name))
  return at(name)
}
const { readFile } = nodeHost()

test('a file, byte for byte', async () => {
  const bytes = new Uint8Array([0, 255, 10, 13, 0x2f])
  writeFileSync(at('bytes'), bytes)
  expect(await readFile(at('bytes'))).toEqual(bytes)
  writeFileSync(at('empty'), '')
  expect(await readFile(at('empty'))).toEqual(new Uint8Array())
})

test.each<[name: string, input: string, said: string]>([
  ['what it is given', 'a key', '"a key"'],
  ['nothing', '', '""'],
  ['too much', 'x'.repeat(1024 * 1024 + 1), 'EFBIG'],
])('- is standard input, once for all who ask: %s', (_name, input, said) => {
  const script = `import { nodeHost } from '@rolecall/credentials'
    const { readFile } = nodeHost()
    const read = () => readFile('-').then((bytes) => JSON.stringify(new TextDecoder().decode(bytes)), ({ code }) => code)
    console.log(await read() === await read() ? await read() : 'not the same')`
  const options = { input, cwd: import.meta.dirname, encoding: 'utf8' } as const
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], options).trim()).toBe(said)
})

test('through links, as Kubernetes makes them', async () => {
  writeFileSync(at('target'), 'x')
  symlinkSync(at('target'), at('link'))
  symlinkSync(at('link'), at('link2'))
  expect(await readFile(at('link2'))).toEqual(new Uint8Array([120]))
})

test('a file whose size the system does not say', async () => {
  expect((await readFile('/proc/self/status'))?.length).toBeGreaterThan(100)
})

test.each([
  ['is not there', () => at('none')],
  ['is under what is no folder', () => '/dev/null/x'],
  ['is a link to nothing', () => make('dangling', (path) => symlinkSync(at('nothing'), path))],
])('what %s is undefined', async (_name, path) => {
  expect(await readFile(path())).toBeUndefined()
})

test('a megabyte is read, one byte more is not', async () => {
  writeFileSync(at('large'), Buffer.alloc(1_048_576, 'x'))
  expect((await readFile(at('large')))?.length).toBe(1_048_576)
  writeFileSync(at('larger'), Buffer.alloc(1_048_577, 'x'))
  expect(await failureOf(readFile(at('larger')))).toMatchObject({ code: 'EFBIG' })
})

describe('what is no file is an error at once, and names the path', () => {
  const KINDS: [name: string, code: string, make: () => string][] = [
    ['a folder', 'EISDIR', () => make('folder', (path) => mkdirSync(path))],
    ['a pipe that nobody writes to', 'ESPIPE', () => make('fifo', (path) => execFileSync('mkfifo', [path]))],
    ['a device that gives nothing', 'EINVAL', () => '/dev/null'],
    ['zeros without end', 'EFBIG', () => '/dev/zero'],
    ['a circle of links', 'ELOOP', () => make('circle', (path) => symlinkSync(path, path))],
  ]
  test.each(KINDS)('%s', async (_name, code, make) => {
    const path = make()
    expect(await failureOf(readFile(path))).toMatchObject({ code })
    const host = { ...nodeHost(), env: { AWS_CONFIG_FILE: path, AWS_SHARED_CREDENTIALS_FILE: at('none') } }
    expect(await failureOf(loadSharedConfig(host))).toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining(`${path} cannot be read (${code})`),
      location: { file: path },
    })
  })

  test('a socket', async () => {
    const server = createServer().listen(at('socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    try {
      expect(await failureOf(readFile(at('socket')))).toMatchObject({ code: 'ENXIO' })
    } finally {
      server.close()
    }
  })

  test('a path that no system takes', async () => {
    await failureOf(readFile(`${folder}/a\0b`))
  })
})
