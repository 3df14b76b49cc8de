/** Keys of a bucket page by page, and as entries of a directory. */
import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3'
import type { Asked, Bucket } from './bucket.ts'
import { S3FilesError } from './errors.ts'
import { missing, notOfS3 } from './failures.ts'
import type { Entry, ListOptions } from './files.ts'
import { compareKeys, dirPrefix, isDirPath, pathOf } from './paths.ts'

export interface Listed {
  readonly key: string
  readonly sizeBytes: number
  readonly etag: string | undefined
  readonly modified: Date | undefined
}

export async function* listDir(
  bucket: Bucket,
  path: string,
  { recursive = false, signal }: ListOptions = {},
): AsyncIterable<Entry> {
  const prefix = dirPrefix(path)
  let found = prefix === ''
  for await (const { objects, prefixes } of pagesOf(bucket, prefix, {
    path,
    signal,
    ...(!recursive && { delimiter: '/' }),
  })) {
    found ||= objects.length + prefixes.length > 0
    const entries = [...objects.filter(({ key }) => key !== prefix).map(entryOf), ...prefixes.map(dirEntry)]
    yield* entries.sort((a, b) => compareKeys(a.path, b.path))
  }
  if (!found) throw missing(path)
}

/** Every object under a prefix, the directory's own key too. @throws S3FilesError `ENOENT` where there is none. */
export async function* listKeys(bucket: Bucket, path: string, asked: Asked): AsyncIterable<readonly Listed[]> {
  const prefix = dirPrefix(path)
  let found = prefix === ''
  for await (const { objects } of pagesOf(bucket, prefix, { ...asked, path })) {
    found ||= objects.length > 0
    yield objects
  }
  if (!found) throw missing(path)
}

/** The first object whose key begins so: of a file the file itself, if there is one. */
export async function firstKey(bucket: Bucket, prefix: string, asked: Asked): Promise<Listed | undefined> {
  for await (const { objects } of pagesOf(bucket, prefix, { ...asked, maxKeys: 1 })) return objects[0]
  return undefined
}

interface Page {
  readonly objects: readonly Listed[]
  readonly prefixes: readonly string[]
}

async function* pagesOf(
  bucket: Bucket,
  Prefix: string,
  {
    delimiter: Delimiter,
    maxKeys: MaxKeys,
    ...asked
  }: Asked & { readonly delimiter?: string; readonly maxKeys?: number },
): AsyncIterable<Page> {
  let ContinuationToken: string | undefined
  do {
    const input = { Bucket: bucket.name, Prefix, Delimiter, MaxKeys, ContinuationToken, EncodingType: 'url' as const }
    const answer = await bucket.send(new ListObjectsV2Command(input), asked)
    yield readPage(answer, asked.path)
    if (answer.IsTruncated && (!answer.NextContinuationToken || answer.NextContinuationToken === ContinuationToken))
      throw endless(asked.path)
    ContinuationToken = answer.NextContinuationToken
  } while (ContinuationToken)
}

function readPage(answer: ListObjectsV2CommandOutput, path: string | undefined): Page {
  const { Contents = [], CommonPrefixes = [], EncodingType, $metadata } = answer
  if (!isListing(answer)) throw notOfS3(path, $metadata.httpStatusCode)
  const decode = (key: string): string => {
    const decoded = EncodingType === 'url' ? decodeKey(key) : key
    if (decoded === undefined) throw notOfS3(path, $metadata.httpStatusCode)
    return decoded
  }
  return {
    objects: Contents.map(({ Key = '', Size = 0, ETag, LastModified }) => ({
      key: decode(Key),
      sizeBytes: Size,
      etag: ETag,
      modified: LastModified,
    })),
    prefixes: CommonPrefixes.map(({ Prefix = '' }) => decode(Prefix)),
  }
}

/** Some stores leave out the one or the other, none all of them. */
function isListing({ Name, KeyCount, IsTruncated, Contents, CommonPrefixes }: ListObjectsV2CommandOutput): boolean {
  return [Name, KeyCount, IsTruncated, Contents, CommonPrefixes].some((field) => field !== undefined)
}

/** XML cannot carry every key, so they come percent-encoded, with blanks as plus signs or not. */
function decodeKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function entryOf({ key, sizeBytes, etag, modified }: Listed): Entry {
  const path = pathOf(key)
  if (isDirPath(path)) return { path, type: 'directory' }
  return { path, type: 'file', sizeBytes, ...(etag && { etag }), ...(modified && { modified }) }
}

function dirEntry(prefix: string): Entry {
  return { path: pathOf(prefix), type: 'directory' }
}

function endless(path: string | undefined): S3FilesError {
  return new S3FilesError('the store says that there is more to list, and not where', {
    code: 'EIO',
    remedy: 'Check that bucketUrl is an S3 store with ListObjectsV2',
    path,
  })
}
