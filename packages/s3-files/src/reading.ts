/** Reads files: whole, in part, and as streams. */
import { Readable } from 'node:stream'
import { GetObjectCommand, HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.ts'
import { isS3FilesError, S3FilesError } from './errors.ts'
import { missing } from './failures.ts'
import type { Abortable, ReadOptions, Stat } from './files.ts'
import { firstKey } from './listing.ts'
import { dirPrefix, fileKey, isDirPath, keyOf } from './paths.ts'
import { rangeHeader } from './range.ts'

/** Of the answer to a range: it has no first byte. */
const EMPTY_FILE = 416

export async function readFile(bucket: Bucket, path: string, options: ReadOptions = {}): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of readChunks(bucket, path, options)) chunks.push(chunk)
  return joinBytes(chunks)
}

export async function* readChunks(
  bucket: Bucket,
  path: string,
  { range, signal }: ReadOptions = {},
): AsyncIterable<Uint8Array> {
  const Key = fileKey(path)
  const Range = rangeHeader(range, path)
  const { Body, ContentRange } = await bucket.send(new GetObjectCommand({ Bucket: bucket.name, Key, Range }), {
    path,
    signal,
  })
  if (Range && !ContentRange?.startsWith(`bytes ${range?.start}-`)) {
    discard(Body)
    throw rangeIgnored(path)
  }
  try {
    for await (const chunk of (Body ?? []) as AsyncIterable<Uint8Array>) yield chunk
  } catch (error) {
    throw bucket.explain(error, { path, signal, operation: 'GetObject' })
  }
}

export async function statPath(bucket: Bucket, path: string, { signal }: Abortable = {}): Promise<Stat> {
  if (!isDirPath(path)) {
    const { ContentLength = 0, ETag, LastModified } = await headFile(bucket, path, signal)
    return { path, type: 'file', sizeBytes: ContentLength, etag: ETag, modified: LastModified }
  }
  const prefix = dirPrefix(path)
  const first = await firstKey(bucket, prefix, { path, signal })
  if (!first && prefix !== '') throw missing(path)
  const own = first?.key === prefix ? first : undefined
  return { path, type: 'directory', sizeBytes: 0, etag: own?.etag, modified: own?.modified }
}

export async function pathExists(bucket: Bucket, path: string, { signal }: Abortable = {}): Promise<boolean> {
  const key = keyOf(path)
  const first = await firstKey(bucket, key, { path, signal })
  return isDirPath(path) ? first !== undefined || key === '' : first?.key === key
}

/** An answer to HEAD has no body, and so no reason: where it is no, GET is asked for one, and may have made things right. */
export async function headFile(bucket: Bucket, path: string, signal?: AbortSignal): Promise<HeadObjectCommandOutput> {
  const file = { Bucket: bucket.name, Key: fileKey(path) }
  const asked = { path, signal }
  const head = () => bucket.send(new HeadObjectCommand(file), asked)
  try {
    return await head()
  } catch (error) {
    if (!isS3FilesError(error) || error.status === undefined) throw error
  }
  try {
    const { Body } = await bucket.send(new GetObjectCommand({ ...file, Range: 'bytes=0-0' }), asked)
    discard(Body)
  } catch (error) {
    if (!isS3FilesError(error) || error.status !== EMPTY_FILE) throw error
  }
  return head()
}

/** What is not read holds its connection. */
function discard(body: unknown): void {
  if (body instanceof Readable) body.destroy()
}

function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}

function rangeIgnored(path: string): S3FilesError {
  return new S3FilesError(`${path}: all of it came, and a part was asked for`, {
    code: 'ENOTSUP',
    remedy: 'Read all of it: this store has no ranges',
    path,
  })
}
