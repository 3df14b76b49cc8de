/**
 * A driver for unstorage: any bucket, with sessions that renew themselves, as many keys as there are, below a base.
 *
 * Source  https://unstorage.unjs.io/guide/custom-driver
 * @module
 */
import type { CredentialSource, Host, StaticKeys } from '@rolecall/credentials'
import type { Driver } from 'unstorage'
import { createS3Files } from './create-s3-files.ts'
import { invalid, isS3FilesError } from './errors.ts'
import type { Files } from './files.ts'
import type { KeyProvider } from './keys.ts'

export interface S3DriverOptions {
  /** As `createS3Files` takes it. */
  readonly bucketUrl: string
  readonly region?: string | undefined
  readonly credentials?: StaticKeys | CredentialSource | KeyProvider | undefined
  /** Keys live below this one, `app:cache` or `app/cache`; nothing else is seen or removed. */
  readonly base?: string | undefined
  readonly host?: Host | undefined
}

const DRIVER_NAME = 's3-files'

/** @throws S3FilesError `EINVAL` for options that make no sense. */
export default function s3Driver(options: S3DriverOptions): Driver<S3DriverOptions, Files> {
  const { base, ...bucket } = { ...options } // without types there may be none
  const { credentials: _, ...shown } = { ...options } // what unstorage keeps, and may print, holds no key
  return { ...createDriver(createS3Files(bucket), { base }), options: shown }
}

/** The same over files at hand, such as `createMemoryFiles()`. */
export function createDriver(
  files: Files,
  { base = '' }: { readonly base?: string | undefined } = {},
): Driver<S3DriverOptions, Files> {
  const root = dirOf('/', base)
  const pathOf = (key: string): string => root + segmentsOf(key).join('/')
  const keyOf = (path: string): string => path.slice(root.length).replaceAll('/', ':')

  return {
    name: DRIVER_NAME,
    getInstance: () => files,
    hasItem: (key) => files.exists(pathOf(key)),
    getItem: (key) => orNull(files.read(pathOf(key)).then((data) => new TextDecoder().decode(data))),
    getItemRaw: (key) => orNull(files.read(pathOf(key))),
    setItem: async (key, value) => void (await files.write(pathOf(key), value)),
    setItemRaw: async (key, value) => void (await files.write(pathOf(key), bytesOf(value))),
    removeItem: (key) => files.remove(pathOf(key)),
    clear: async (key) => void (await orNull(files.remove(dirOf(root, key)))),
    async getMeta(key) {
      const stat = await orNull(files.stat(pathOf(key)))
      return stat && { size: stat.sizeBytes, etag: stat.etag, ...(stat.modified && { mtime: stat.modified }) }
    },
    async getKeys(key) {
      const paths = await orNull(listFiles(files, dirOf(root, key)))
      return (paths ?? []).map(keyOf)
    },
  }
}

async function listFiles(files: Files, dir: string): Promise<string[]> {
  const paths: string[] = []
  for await (const { path, type } of files.list(dir, { recursive: true })) if (type === 'file') paths.push(path)
  return paths
}

/** What is not there is `null`; a bucket that is not there is an error all the same. */
function orNull<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (isS3FilesError(error) && error.code === 'ENOENT' && error.s3Code !== 'NoSuchBucket') return null
    throw error
  })
}

function bytesOf(value: unknown): string | Uint8Array {
  if (typeof value === 'string' || value instanceof Uint8Array) return value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  throw invalid('a raw item holds neither bytes nor text', 'Give a Uint8Array, an ArrayBuffer or a string')
}

function dirOf(root: string, key: string | undefined): string {
  return (
    root +
    segmentsOf(key)
      .map((name) => `${name}/`)
      .join('')
  )
}

function segmentsOf(key = ''): string[] {
  return key.split(/[:/]/).filter((name) => name !== '')
}
