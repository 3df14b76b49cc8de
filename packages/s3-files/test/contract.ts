/** What every file system of this package does, whatever it is made of: each store that is tested runs all of it. */
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Entry, Files } from '@rolecall/s3-files'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'

const MIB = 1024 * 1024
const text = (data: Uint8Array): string => new TextDecoder().decode(data)
const noise = new Uint8Array(randomBytes(13 * MIB))
const bytes = (length: number): Uint8Array => noise.subarray(0, length)
const md5 = (data: string | Uint8Array): string => `"${createHash('md5').update(data).digest('hex')}"`

async function* chunksOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await collect(chunks)))
}

const failure = (work: Promise<unknown>): Promise<{ code?: string; path?: string; remedy?: string; name?: string }> =>
  work.then(
    (value) => expect.unreachable(`it did not fail: ${JSON.stringify(value)}`),
    (error) => error,
  )

/** Names that have broken somebody's S3 client. */
const HARD_NAMES: readonly (readonly [what: string, path: string])[] = [
  ['a blank', '/hard/a b'],
  ['blanks at both ends', '/hard/ a '],
  ['a plus sign', '/hard/a+b'],
  ['a percent sign', '/hard/100%'],
  ['what looks encoded', '/hard/a%20b%2Fc'],
  ['letters beyond ASCII', '/hard/é/ü'],
  ['letters composed of two', '/hard/e\u0301'],
  ['scripts of the East', '/hard/日本/語.txt'],
  ['a character beyond the first plane', '/hard/\u{1f600}'],
  ['a query', '/hard/q?x=1&y=2'],
  ['a fragment', '/hard/h#x'],
  ['quotes and brackets', '/hard/"\'<&>`{}[]()'],
  ['what signatures encode', "/hard/~!*()'$@:,;=|^\\"],
  ['a slash at the beginning', '//hard/lead'],
  ['two slashes at the beginning', '///hard'],
  ['an empty name in the middle', '/hard//x'],
  ['a dot', '/hard/./x'],
  ['two dots', '/hard/../x'],
  ['only a dot', '/.'],
  ['a tab', '/hard/a\tb'],
  ['a control character', '/hard/a\u0001b'],
  ['a carriage return', '/hard/a\rb'],
  ['1,024 bytes', `/${'k'.repeat(1024)}`],
  ['1,024 bytes of two-byte letters', `/${'é'.repeat(512)}`],
]

/** @param open a file system on an empty bucket, with parts of 5 MiB. */
export function describeFiles(name: string, open: () => Promise<Files>): void {
  describe(name, () => {
    let files: Files
    beforeEach(async () => {
      files = await open()
    })
    const paths = async (path: string, recursive = false): Promise<string[]> =>
      (await collect(files.list(path, { recursive }))).map((entry) => entry.path)

    describe('writes and reads', () => {
      test('text', async () => {
        await files.write('/a.txt', 'grüezi')
        expect(text(await files.read('/a.txt'))).toBe('grüezi')
      })

      test('bytes, every one of them', async () => {
        const data = Uint8Array.from({ length: 256 }, (_, at) => at)
        await files.write('/all.bin', data)
        expect(await files.read('/all.bin')).toStrictEqual(data)
      })

      test('nothing at all', async () => {
        await files.write('/empty', '')
        expect(await files.read('/empty')).toStrictEqual(new Uint8Array())
        expect(await files.stat('/empty')).toMatchObject({ type: 'file', sizeBytes: 0 })
      })

      test('over what is there', async () => {
        await files.write('/a', 'old, and longer')
        await files.write('/a', 'new')
        expect(text(await files.read('/a'))).toBe('new')
      })

      test('a part of a buffer alone', async () => {
        await files.write('/part', new TextEncoder().encode('before|in|after').subarray(7, 9))
        expect(text(await files.read('/part'))).toBe('in')
      })

      test('and says the ETag of what it wrote', async () => {
        const { etag } = await files.write('/a', 'x')
        expect(etag).toBe(md5('x'))
        expect((await files.stat('/a')).etag).toBe(etag)
      })

      test('what is not there is ENOENT', async () => {
        const error = await failure(files.read('/none'))
        expect(error).toMatchObject({ name: 'S3FilesError', code: 'ENOENT', path: '/none', remedy: expect.any(String) })
      })

      test.each(['/', '/dir/'])('%s is EISDIR to read', async (path) => {
        expect(await failure(files.read(path))).toMatchObject({ code: 'EISDIR' })
        expect(await failure(collect(files.readStream(path)))).toMatchObject({ code: 'EISDIR' })
      })

      test.each(['/', '/dir/'])('%s is EISDIR to write', async (path) => {
        expect(await failure(files.write(path, 'x'))).toMatchObject({ code: 'EISDIR' })
        expect(await failure(files.writeStream(path, chunksOf('x')))).toMatchObject({ code: 'EISDIR' })
      })

      test.each(['', 'a', 'dir/a', './a'])('a path without its slash is EINVAL: "%s"', async (path) => {
        expect(await failure(files.read(path))).toMatchObject({ code: 'EINVAL' })
        expect(await failure(files.write(path, 'x'))).toMatchObject({ code: 'EINVAL' })
        expect(await failure(files.exists(path))).toMatchObject({ code: 'EINVAL' })
        expect(await failure(collect(files.list(path)))).toMatchObject({ code: 'EINVAL' })
      })

      test.each([undefined, null, 7, { text: 'x' }, new ArrayBuffer(1)])('%o is EINVAL to write', async (data) => {
        expect(await failure(files.write('/a', data as unknown as string))).toMatchObject({
          code: 'EINVAL',
          path: '/a',
        })
        expect(await files.exists('/a')).toBe(false)
      })

      test('a path of more than 1,024 bytes is ENAMETOOLONG', async () => {
        expect(await failure(files.write(`/${'é'.repeat(513)}`, 'x'))).toMatchObject({ code: 'ENAMETOOLONG' })
      })

      test('half a character is EINVAL', async () => {
        expect(await failure(files.write('/a\ud800', 'x'))).toMatchObject({ code: 'EINVAL' })
      })
    })

    describe('ranges', () => {
      beforeEach(() => files.write('/ten', '0123456789').then(() => {}))

      test.each([
        [{ start: 0 }, '0123456789'],
        [{ start: 4 }, '456789'],
        [{ start: 2, end: 4 }, '234'],
        [{ start: 0, end: 0 }, '0'],
        [{ start: 9, end: 9 }, '9'],
        [{ start: 8, end: 1000 }, '89'],
      ])('%j', async (range, expected) => {
        expect(text(await files.read('/ten', { range }))).toBe(expected)
        expect(text(await joined(files.readStream('/ten', { range })))).toBe(expected)
      })

      test('one that begins past the end is EINVAL', async () => {
        expect(await failure(files.read('/ten', { range: { start: 10 } }))).toMatchObject({ code: 'EINVAL' })
      })

      test.each([{ start: -1 }, { start: 1.5 }, { start: 3, end: 2 }, { start: Number.NaN }, { start: 0, end: -1 }])(
        'one that is none is EINVAL: %j',
        async (range) => {
          expect(await failure(files.read('/ten', { range }))).toMatchObject({ code: 'EINVAL' })
          expect(await failure(files.read('/none', { range }))).toMatchObject({ code: 'EINVAL' })
        },
      )

      test('all of an empty file is nothing', async () => {
        await files.write('/empty', '')
        expect(await files.read('/empty', { range: { start: 0 } })).toStrictEqual(new Uint8Array())
      })

      test('a range of a file that is not there is ENOENT', async () => {
        expect(await failure(files.read('/none', { range: { start: 1 } }))).toMatchObject({ code: 'ENOENT' })
      })
    })

    describe('conditions', () => {
      test('ifNoneMatch creates a file that is not there', async () => {
        await files.write('/new', 'x', { ifNoneMatch: '*' })
        expect(text(await files.read('/new'))).toBe('x')
      })

      test('ifNoneMatch leaves one that is there, and is EEXIST', async () => {
        await files.write('/a', 'first')
        expect(await failure(files.write('/a', 'second', { ifNoneMatch: '*' }))).toMatchObject({
          code: 'EEXIST',
          path: '/a',
        })
        expect(text(await files.read('/a'))).toBe('first')
      })

      test('of writers who create at once, one wins', async () => {
        const writers = Array.from({ length: 8 }, (_, at) => files.write('/race', `${at}`, { ifNoneMatch: '*' }))
        const results = await Promise.allSettled(writers)
        const won = results.findIndex(({ status }) => status === 'fulfilled')
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        expect(text(await files.read('/race'))).toBe(`${won}`)
      })

      test('ifMatch writes over the file it names', async () => {
        const { etag } = await files.write('/a', 'first')
        await files.write('/a', 'second', { ifMatch: etag })
        expect(text(await files.read('/a'))).toBe('second')
      })

      test('ifMatch leaves any other file, and is ESTALE', async () => {
        const { etag } = await files.write('/a', 'first')
        await files.write('/a', 'second')
        expect(await failure(files.write('/a', 'third', { ifMatch: etag }))).toMatchObject({ code: 'ESTALE' })
        expect(text(await files.read('/a'))).toBe('second')
      })

      test('ifMatch without a file writes nothing', async () => {
        const { code } = await failure(files.write('/none', 'x', { ifMatch: md5('x') }))
        expect(['ENOENT', 'ESTALE']).toContain(code)
        expect(await files.exists('/none')).toBe(false)
      })
    })

    describe('streams', () => {
      test('of a few bytes', async () => {
        const { etag } = await files.writeStream('/s', chunksOf('one ', 'two ', 'three'))
        expect(text(await files.read('/s'))).toBe('one two three')
        expect((await files.stat('/s')).etag).toBe(etag)
      })

      test('of nothing', async () => {
        await files.writeStream('/s', chunksOf())
        expect(await files.stat('/s')).toMatchObject({ type: 'file', sizeBytes: 0 })
      })

      test('of empty chunks among others', async () => {
        await files.writeStream('/s', chunksOf('', 'a', '', 'b', ''))
        expect(text(await files.read('/s'))).toBe('ab')
      })

      test('of several parts, there and back', async () => {
        const data = bytes(12 * MIB + 3)
        const { etag } = await files.writeStream(
          '/big',
          chunksOf(data.subarray(0, 7), data.subarray(7, 9 * MIB), data.subarray(9 * MIB)),
        )
        expect(await files.stat('/big')).toMatchObject({ sizeBytes: data.length, etag })
        expect(md5(await joined(files.readStream('/big')))).toBe(md5(data))
        expect(await files.read('/big', { range: { start: 5 * MIB - 2, end: 5 * MIB + 1 } })).toStrictEqual(
          data.slice(5 * MIB - 2, 5 * MIB + 2),
        )
      })

      test('tell how far they are, up to the end', async () => {
        const seen: { sentBytes: number; totalBytes?: number }[] = []
        const sizeBytes = 11 * MIB
        await files.writeStream('/big', chunksOf(bytes(6 * MIB), bytes(5 * MIB)), {
          sizeBytes,
          onProgress: (progress) => seen.push(progress),
        })
        expect(seen.at(-1)).toEqual({ sentBytes: sizeBytes, totalBytes: sizeBytes })
        expect(seen.map(({ sentBytes }) => sentBytes)).toEqual(
          seen.map(({ sentBytes }) => sentBytes).toSorted((a, b) => a - b),
        )
      })

      test('do not make up a total', async () => {
        const seen: object[] = []
        await files.writeStream('/s', chunksOf('abc'), { onProgress: (progress) => seen.push(progress) })
        expect(seen).toEqual([{ sentBytes: 3 }])
      })

      test('leave the old file until the new one is whole', async () => {
        await files.write('/s', 'old')
        let during = ''
        async function* source() {
          yield bytes(6 * MIB)
          during = text(await files.read('/s'))
          yield bytes(6 * MIB)
        }
        await files.writeStream('/s', source())
        expect(during).toBe('old')
        expect(await files.stat('/s')).toMatchObject({ sizeBytes: 12 * MIB })
      })

      test('that fail write nothing, and throw what the source threw', async () => {
        const trouble = new Error('the disk is gone')
        async function* source() {
          yield bytes(11 * MIB)
          throw trouble
        }
        expect(await failure(files.writeStream('/s', source()))).toBe(trouble)
        expect(await files.exists('/s')).toBe(false)
      })

      test('end their source when they end', async () => {
        let ended = false
        async function* source(): AsyncGenerator<Uint8Array> {
          try {
            yield* chunksOf('a', 'b')
          } finally {
            ended = true
          }
        }
        await files.writeStream('/s', source())
        expect(ended).toBe(true)
      })

      test('of something else than bytes are EINVAL', async () => {
        const source = (async function* () {
          yield 'text' as unknown as Uint8Array
        })()
        expect(await failure(files.writeStream('/s', source))).toMatchObject({ code: 'EINVAL' })
        expect(await files.exists('/s')).toBe(false)
      })

      test.each([undefined, null, 7, 'text', {}])('that are none are EINVAL: %o', async (source) => {
        const given = source as unknown as AsyncIterable<Uint8Array>
        expect(await failure(files.writeStream('/s', given))).toMatchObject({ code: 'EINVAL', path: '/s' })
        expect(await files.exists('/s')).toBe(false)
      })

      test('may be chunks that are at hand', async () => {
        const chunks = ['a', 'b'].map((chunk) => new TextEncoder().encode(chunk))
        await files.writeStream('/s', chunks as unknown as AsyncIterable<Uint8Array>)
        expect(text(await files.read('/s'))).toBe('ab')
      })

      test('whose progress cannot be told write nothing', async () => {
        const trouble = new Error('no terminal')
        const onProgress = () => {
          throw trouble
        }
        expect(await failure(files.writeStream('/s', chunksOf(bytes(11 * MIB)), { onProgress }))).toBe(trouble)
      })

      test('that are left early end in peace', async () => {
        await files.write('/a', bytes(2 * MIB))
        for await (const chunk of files.readStream('/a')) {
          expect(chunk.byteLength).toBeGreaterThan(0)
          break
        }
        expect(await files.stat('/a')).toMatchObject({ sizeBytes: 2 * MIB })
      })

      test('of what is not there are ENOENT', async () => {
        expect(await failure(collect(files.readStream('/none')))).toMatchObject({ code: 'ENOENT' })
      })
    })

    describe('directories', () => {
      const tree = async (): Promise<void> => {
        for (const path of [
          '/a.txt',
          '/dir/b.txt',
          '/dir/sub/c.txt',
          '/dir/sub/deep/d.txt',
          '/dir.txt',
          '/other/e.txt',
        ])
          await files.write(path, path)
      }

      test('list what they hold, files and directories, in order', async () => {
        await tree()
        expect(await paths('/')).toEqual(['/a.txt', '/dir.txt', '/dir/', '/other/'])
        expect(await paths('/dir/')).toEqual(['/dir/b.txt', '/dir/sub/'])
      })

      test('list all below them', async () => {
        await tree()
        expect(await paths('/dir/', true)).toEqual(['/dir/b.txt', '/dir/sub/c.txt', '/dir/sub/deep/d.txt'])
        expect(await paths('/', true)).toHaveLength(6)
      })

      test('say of files what is known, and of directories what they are', async () => {
        await tree()
        const [file, sub] = (await collect(files.list('/dir/'))) as [Entry, Entry]
        expect(file).toStrictEqual({
          path: '/dir/b.txt',
          type: 'file',
          sizeBytes: 10,
          etag: md5('/dir/b.txt'),
          modified: expect.any(Date),
        })
        expect(sub).toStrictEqual({ path: '/dir/sub/', type: 'directory' })
      })

      test('that are not there are ENOENT', async () => {
        await tree()
        expect(await failure(collect(files.list('/none/')))).toMatchObject({ code: 'ENOENT', path: '/none/' })
        expect(await failure(collect(files.list('/di/', { recursive: true })))).toMatchObject({ code: 'ENOENT' })
      })

      test('at the root of an empty bucket hold nothing', async () => {
        expect(await paths('/')).toEqual([])
        expect(await paths('/', true)).toEqual([])
      })

      test('without their slash are EINVAL to list', async () => {
        await tree()
        expect(await failure(collect(files.list('/dir')))).toMatchObject({ code: 'EINVAL' })
      })

      test('can be made, and are empty then', async () => {
        await files.createDir('/made/')
        expect(await files.exists('/made/')).toBe(true)
        expect(await paths('/made/')).toEqual([])
        expect(await paths('/')).toEqual(['/made/'])
      })

      test('can be made twice, with what is in them', async () => {
        await files.write('/made/x', 'x')
        await files.createDir('/made/')
        await files.createDir('/made/')
        expect(await paths('/made/')).toEqual(['/made/x'])
      })

      test('that were made are listed below others', async () => {
        await files.createDir('/a/b/')
        expect(await paths('/a/', true)).toEqual(['/a/b/'])
      })

      test('without their slash are EINVAL to make', async () => {
        expect(await failure(files.createDir('/made'))).toMatchObject({ code: 'EINVAL' })
      })

      test('of more than a thousand files are listed whole', async () => {
        const names = Array.from({ length: 1005 }, (_, at) => `/many/${String(at).padStart(4, '0')}`)
        await writeMany(files, names)
        expect(await paths('/many/')).toEqual(names)
        expect(await paths('/many/', true)).toEqual(names)
        await files.remove('/many/')
        expect(await files.exists('/many/')).toBe(false)
      }, 240_000)
    })

    describe('removes', () => {
      test('a file, and no other', async () => {
        await files.write('/a', 'x')
        await files.write('/a.b', 'x')
        await files.remove('/a')
        expect(await paths('/')).toEqual(['/a.b'])
      })

      test('a file that is not there, quietly', async () => {
        await expect(files.remove('/none')).resolves.toBeUndefined()
      })

      test('a directory with all below it, and nothing beside it', async () => {
        for (const path of ['/dir/a', '/dir/b/c', '/dir/b/d/', '/dirty', '/dir.x'])
          await (path.endsWith('/') ? files.createDir(path) : files.write(path, 'x'))
        await files.remove('/dir/')
        expect(await paths('/', true)).toEqual(['/dir.x', '/dirty'])
      })

      test('a directory that is not there with ENOENT', async () => {
        expect(await failure(files.remove('/none/'))).toMatchObject({ code: 'ENOENT' })
      })

      test('everything, from the root', async () => {
        await files.write('/a', 'x')
        await files.write('/b/c', 'x')
        await files.remove('/')
        await files.remove('/')
        expect(await paths('/')).toEqual([])
      })

      test('no directory by a path without its slash', async () => {
        await files.write('/dir/a', 'x')
        await files.remove('/dir')
        expect(await files.exists('/dir/a')).toBe(true)
      })
    })

    describe('copies', () => {
      test('a file, and leaves it', async () => {
        const { etag } = await files.write('/from é+%', 'x')
        await files.copy('/from é+%', '/to/ü &')
        expect((await files.stat('/to/ü &')).etag).toBe(etag)
        expect(await files.exists('/from é+%')).toBe(true)
      })

      test('over what is there', async () => {
        await files.write('/from', 'new')
        await files.write('/to', 'old')
        await files.copy('/from', '/to')
        expect(text(await files.read('/to'))).toBe('new')
      })

      test('a directory with all below it', async () => {
        for (const path of ['/dir/a', '/dir/b/c d', '/dir/b/é']) await files.write(path, path)
        await files.createDir('/dir/empty/')
        await files.copy('/dir/', '/new/place/')
        expect(await paths('/new/place/', true)).toEqual([
          '/new/place/a',
          '/new/place/b/c d',
          '/new/place/b/é',
          '/new/place/empty/',
        ])
        expect(text(await files.read('/new/place/b/é'))).toBe('/dir/b/é')
        expect(await paths('/dir/', true)).toHaveLength(4)
      })

      test('into a directory, beside what is there', async () => {
        await files.write('/from/a', 'x')
        await files.write('/to/b', 'x')
        await files.copy('/from/', '/to/')
        expect(await paths('/to/')).toEqual(['/to/a', '/to/b'])
      })

      test('nothing that is not there: ENOENT', async () => {
        expect(await failure(files.copy('/none', '/to'))).toMatchObject({ code: 'ENOENT' })
        expect(await failure(files.copy('/none/', '/to/'))).toMatchObject({ code: 'ENOENT' })
        expect(await paths('/')).toEqual([])
      })

      test.each([
        ['/file', '/dir/'],
        ['/dir/', '/file'],
        ['/dir/', '/dir/'],
        ['/dir/', '/dir/inner/'],
        ['/', '/dir/'],
        ['/file', '/file'],
      ])('%s to %s is EINVAL', async (from, to) => {
        await files.write('/file', 'x')
        await files.write('/dir/x', 'x')
        expect(await failure(files.copy(from, to))).toMatchObject({ code: 'EINVAL' })
        expect(await failure(files.rename(from, to))).toMatchObject({ code: 'EINVAL' })
      })

      test.each(['/a', '/dir/'])('%s onto itself is EINVAL that says so', async (path) => {
        const message = expect.stringContaining('source and target are the same')
        expect(await failure(files.copy(path, path))).toMatchObject({ code: 'EINVAL', path, message })
      })
    })

    describe('renames', () => {
      test('a file', async () => {
        await files.write('/from', 'x')
        await files.rename('/from', '/dir/to')
        expect(await paths('/', true)).toEqual(['/dir/to'])
      })

      test('a directory with all below it', async () => {
        for (const path of ['/dir/a', '/dir/b/c', '/dirty']) await files.write(path, path)
        await files.rename('/dir/', '/new/')
        expect(await paths('/', true)).toEqual(['/dirty', '/new/a', '/new/b/c'])
        expect(text(await files.read('/new/b/c'))).toBe('/dir/b/c')
      })

      test('over no file: EEXIST, and both stay', async () => {
        await files.write('/from', 'from')
        await files.write('/to', 'to')
        expect(await failure(files.rename('/from', '/to'))).toMatchObject({ code: 'EEXIST', path: '/to' })
        expect(text(await files.read('/from'))).toBe('from')
        expect(text(await files.read('/to'))).toBe('to')
      })

      test('over no directory: EEXIST, and both stay', async () => {
        await files.write('/from/a', 'x')
        await files.write('/to/b', 'x')
        expect(await failure(files.rename('/from/', '/to/'))).toMatchObject({ code: 'EEXIST' })
        expect(await paths('/', true)).toEqual(['/from/a', '/to/b'])
      })

      test('nothing that is not there: ENOENT', async () => {
        expect(await failure(files.rename('/none', '/to'))).toMatchObject({ code: 'ENOENT' })
        expect(await failure(files.rename('/none/', '/to/'))).toMatchObject({ code: 'ENOENT' })
      })
    })

    describe('looks', () => {
      test('whether a file is there: it alone, not what begins like it', async () => {
        await files.write('/dir/ab', 'x')
        expect(await files.exists('/dir/ab')).toBe(true)
        expect(await files.exists('/dir/a')).toBe(false)
        expect(await files.exists('/dir/abc')).toBe(false)
      })

      test('whether a directory is there: when any key has it', async () => {
        await files.write('/dir/sub/a', 'x')
        expect(await files.exists('/dir/')).toBe(true)
        expect(await files.exists('/dir/sub/')).toBe(true)
        expect(await files.exists('/di/')).toBe(false)
        expect(await files.exists('/dir')).toBe(false)
        expect(await files.exists('/dir/sub/a/')).toBe(false)
      })

      test('at the root, which is always there', async () => {
        expect(await files.exists('/')).toBe(true)
        expect(await files.stat('/')).toMatchObject({ path: '/', type: 'directory', sizeBytes: 0 })
      })

      test('at a file', async () => {
        const before = Date.now()
        await files.write('/a', 'abc')
        const stat = await files.stat('/a')
        expect(stat).toStrictEqual({
          path: '/a',
          type: 'file',
          sizeBytes: 3,
          etag: md5('abc'),
          modified: expect.any(Date),
        })
        expect(Math.abs((stat.modified?.getTime() ?? 0) - before)).toBeLessThan(60_000)
      })

      test('at a directory, with a key of its own or without', async () => {
        await files.write('/without/a', 'x')
        await files.createDir('/with/')
        expect(await files.stat('/without/')).toStrictEqual({
          path: '/without/',
          type: 'directory',
          sizeBytes: 0,
          etag: undefined,
          modified: undefined,
        })
        expect(await files.stat('/with/')).toMatchObject({
          type: 'directory',
          sizeBytes: 0,
          modified: expect.any(Date),
        })
      })

      test('at what is not there: ENOENT', async () => {
        expect(await failure(files.stat('/none'))).toMatchObject({ code: 'ENOENT' })
        expect(await failure(files.stat('/none/'))).toMatchObject({ code: 'ENOENT' })
      })
    })

    describe('names that are hard to carry', () => {
      test.each(HARD_NAMES)('%s', async (_, path) => {
        await files.write(path, path)
        expect(text(await files.read(path))).toBe(path)
        expect(await files.exists(path)).toBe(true)
        expect((await files.stat(path)).sizeBytes).toBe(Buffer.byteLength(path))
        expect(await paths('/', true)).toEqual([path])

        await files.copy(path, '/copy')
        expect(text(await files.read('/copy'))).toBe(path)
        await files.remove(path)
        await files.rename('/copy', path)
        expect(await paths('/', true)).toEqual([path])
        await files.remove('/')
        expect(await files.exists(path)).toBe(false)
      })

      test('all at once, in one directory', async () => {
        const names = HARD_NAMES.map(([, path]) => path).filter((path) => path.startsWith('/hard/'))
        for (const path of names) await files.write(path, path)
        expect((await paths('/hard/', true)).toSorted()).toEqual(names.toSorted())
        await files.rename('/hard/', '/moved é/')
        expect(await paths('/moved é/', true)).toHaveLength(names.length)
        await files.remove('/moved é/')
        expect(await paths('/')).toEqual([])
      })
    })

    describe('an abort', () => {
      let aborted: AbortSignal
      const reason = new Error('the user has left')
      beforeAll(() => {
        aborted = AbortSignal.abort(reason)
      })

      test('before the beginning ends everything, with its reason', async () => {
        await files.write('/a', 'x')
        const options = { signal: aborted }
        const works: Promise<unknown>[] = [
          files.read('/a', options),
          collect(files.readStream('/a', options)),
          collect(files.list('/', options)),
          files.write('/b', 'x', options),
          files.writeStream('/b', chunksOf('x'), options),
          files.createDir('/b/', options),
          files.remove('/a', options),
          files.remove('/', options),
          files.copy('/a', '/b', options),
          files.rename('/a', '/b', options),
          files.exists('/a', options),
          files.stat('/a', options),
        ]
        for (const work of works) expect(await failure(work)).toBe(reason)
        expect(await paths('/', true)).toEqual(['/a'])
      })

      test('in the middle of a stream writes nothing', async () => {
        const abort = new AbortController()
        async function* source() {
          yield bytes(11 * MIB)
          abort.abort(reason)
          yield bytes(11 * MIB)
        }
        expect(await failure(files.writeStream('/s', source(), { signal: abort.signal }))).toBe(reason)
        expect(await files.exists('/s')).toBe(false)
      })

      test('does not wait for a source that is silent', async () => {
        const abort = new AbortController()
        async function* source(): AsyncGenerator<Uint8Array> {
          yield bytes(6 * MIB)
          setTimeout(() => abort.abort(reason), 20)
          await wait(60_000, undefined, { ref: false })
        }
        expect(await failure(files.writeStream('/s', source(), { signal: abort.signal }))).toBe(reason)
        expect(await files.exists('/s')).toBe(false)
      })

      test('after the end changes nothing', async () => {
        const abort = new AbortController()
        await files.writeStream('/s', chunksOf('x'), { signal: abort.signal })
        abort.abort(reason)
        expect(await files.exists('/s')).toBe(true)
      })
    })
  })
}

async function writeMany(files: Files, paths: readonly string[]): Promise<void> {
  const rest = [...paths]
  const writer = async (): Promise<void> => {
    for (let path = rest.pop(); path !== undefined; path = rest.pop()) await files.write(path, 'x')
  }
  await Promise.all(Array.from({ length: 16 }, writer))
}
