/** A bucket's file system in memory, for tests of programs that use one: it keeps the same contract. */
import { createHash } from 'node:crypto'
import { checkSource, openSource, type Source, toBytes } from './bytes.ts'
import { alreadyThere, changed, missing, noBytes, pastEnd } from './failures.ts'
import type {
  Abortable,
  Entry,
  Files,
  ListOptions,
  ReadOptions,
  Stat,
  StreamOptions,
  WriteOptions,
  Written,
} from './files.ts'
import { compareKeys, dirPrefix, fileKey, isDirPath, keyOf, pathOf, transferKeys } from './paths.ts'
import { rangeHeader } from './range.ts'

export type { Entry, Files, Stat, Written } from './files.ts'

interface Stored {
  readonly data: Uint8Array
  readonly etag: string
  readonly modified: Date
}

/** Empty. Nothing is shared with any other. */
export function createMemoryFiles(): Files {
  const objects = new Map<string, Stored>()

  const keysUnder = (prefix: string): string[] =>
    [...objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys)

  const keysOfDir = (path: string): string[] => {
    const keys = keysUnder(dirPrefix(path))
    if (keys.length === 0 && path !== '/') throw missing(path)
    return keys
  }

  const find = (path: string): Stored => {
    const found = objects.get(fileKey(path))
    if (!found) throw missing(path)
    return found
  }

  const put = (key: string, bytes: Uint8Array): Written => {
    const data = bytes.slice()
    const etag = `"${createHash('md5').update(data).digest('hex')}"`
    objects.set(key, { data, etag, modified: new Date() })
    return { etag }
  }

  const existsNow = (path: string): boolean =>
    isDirPath(path) ? path === '/' || keysUnder(keyOf(path)).length > 0 : objects.has(keyOf(path))

  const copyNow = (from: string, to: string): string[] => {
    const keys = transferKeys(from, to)
    const sources = isDirPath(from) ? keysOfDir(from) : [keys.from]
    if (!isDirPath(from)) find(from)
    for (const key of sources) put(keys.to + key.slice(keys.from.length), (objects.get(key) as Stored).data)
    return sources
  }

  async function* list(path: string, { recursive = false, signal }: ListOptions = {}): AsyncIterable<Entry> {
    signal?.throwIfAborted()
    const prefix = dirPrefix(path)
    const names = keysOfDir(path).filter((key) => key !== prefix)
    const shown = new Set(names.map((key) => (recursive ? key : prefix + nameOf(key.slice(prefix.length)))))
    for (const key of shown) {
      signal?.throwIfAborted()
      const found = objects.get(key)
      if (isDirPath(key)) yield { path: pathOf(key), type: 'directory' }
      else if (found) yield { path: pathOf(key), type: 'file', ...describe(found) }
    }
  }

  async function* readStream(path: string, { range, signal }: ReadOptions = {}): AsyncIterable<Uint8Array> {
    signal?.throwIfAborted()
    const isPart = rangeHeader(range, path) !== undefined
    const { data } = find(path)
    if (isPart && range && range.start >= data.byteLength) throw pastEnd(path)
    const part = data.slice(range?.start, range?.end === undefined ? undefined : range.end + 1)
    if (part.byteLength > 0) yield part
  }

  return {
    list,
    readStream,
    async read(path, options) {
      for await (const data of readStream(path, options)) return data
      return new Uint8Array()
    },
    async write(path, data, { ifNoneMatch, ifMatch, signal }: WriteOptions = {}) {
      const key = fileKey(path)
      const bytes = toBytes(data, path)
      signal?.throwIfAborted()
      const there = objects.get(key)
      if (ifNoneMatch && there) throw alreadyThere(path)
      if (ifMatch !== undefined && !there) throw missing(path)
      if (ifMatch !== undefined && there?.etag !== ifMatch) throw changed(path)
      return put(key, bytes)
    },
    async writeStream(path, source, { sizeBytes, onProgress, signal }: StreamOptions = {}) {
      const key = fileKey(path)
      const chunks: Uint8Array[] = []
      for await (const chunk of abortable(checkSource(source, path), signal)) {
        if (!(chunk instanceof Uint8Array)) throw noBytes(path)
        chunks.push(chunk.slice())
      }
      signal?.throwIfAborted()
      const data = new Uint8Array(Buffer.concat(chunks))
      onProgress?.({ sentBytes: data.byteLength, ...(sizeBytes !== undefined && { totalBytes: sizeBytes }) })
      return put(key, data)
    },
    async createDir(path, { signal }: Abortable = {}) {
      const key = dirPrefix(path)
      signal?.throwIfAborted()
      if (key !== '') put(key, new Uint8Array())
    },
    async remove(path, { signal }: Abortable = {}) {
      signal?.throwIfAborted()
      const keys = isDirPath(path) ? keysOfDir(path) : [fileKey(path)]
      for (const key of keys) objects.delete(key)
    },
    async copy(from, to, { signal }: Abortable = {}) {
      signal?.throwIfAborted()
      copyNow(from, to)
    },
    async rename(from, to, { signal }: Abortable = {}) {
      transferKeys(from, to)
      signal?.throwIfAborted()
      if (existsNow(to)) throw alreadyThere(to)
      for (const key of copyNow(from, to)) objects.delete(key)
    },
    async exists(path, { signal }: Abortable = {}) {
      const key = keyOf(path)
      signal?.throwIfAborted()
      return key === '' || existsNow(path)
    },
    async stat(path, { signal }: Abortable = {}): Promise<Stat> {
      signal?.throwIfAborted()
      if (!isDirPath(path)) return { path, type: 'file', ...describe(find(path)) }
      const [first] = keysOfDir(path)
      const own = first === keyOf(path) ? objects.get(first) : undefined
      return { path, type: 'directory', sizeBytes: 0, etag: own?.etag, modified: own?.modified }
    },
  }
}

function describe({ data, etag, modified }: Stored) {
  return { sizeBytes: data.byteLength, etag, modified }
}

/** Up to the next slash, and with it. */
function nameOf(rest: string): string {
  const end = rest.indexOf('/')
  return end < 0 ? rest : rest.slice(0, end + 1)
}

/** Does not wait for a source that is silent when the caller has given up. */
async function* abortable(source: Source, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  signal?.throwIfAborted()
  const iterator = openSource(source)
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  aborted.catch(() => {})
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted])
      if (next.done) return
      yield next.value
    }
  } finally {
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
}
