/** Writes what is at hand, in one request: all of it or nothing. */
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.ts'
import { toBytes } from './bytes.ts'
import { isS3FilesError } from './errors.ts'
import { existsAlready, unfinished } from './failures.ts'
import type { Abortable, WriteOptions, Written } from './files.ts'
import { dirPrefix, fileKey } from './paths.ts'

/** Some stores, radosgw 16 for one, compare the ETag of a condition without its quotes: no is asked for twice. */
export async function writeFile(
  bucket: Bucket,
  path: string,
  data: string | Uint8Array,
  { contentType, ifNoneMatch, ifMatch, signal }: WriteOptions = {},
): Promise<Written> {
  const Key = fileKey(path)
  const Body = toBytes(data, path)
  const input = { Bucket: bucket.name, Key, Body, ContentType: contentType, IfNoneMatch: ifNoneMatch }
  const put = async (IfMatch: string | undefined): Promise<Written> => {
    const { ETag, $metadata } = await bucket.send(new PutObjectCommand({ ...input, IfMatch }), { path, signal })
    if (ETag === undefined) throw unfinished(path, $metadata.httpStatusCode)
    return { etag: ETag }
  }
  try {
    return await put(ifMatch)
  } catch (error) {
    const bare = ifMatch?.replaceAll('"', '')
    if (bare !== ifMatch && !bucket.isAws && isS3FilesError(error) && error.status === 412) return put(bare)
    throw ifNoneMatch ? existsAlready(error, path) : error
  }
}

export async function createDir(bucket: Bucket, path: string, { signal }: Abortable = {}): Promise<void> {
  const Key = dirPrefix(path)
  if (Key === '') return signal?.throwIfAborted() // the root is always there
  const command = new PutObjectCommand({ Bucket: bucket.name, Key, Body: new Uint8Array() })
  const { ETag, $metadata } = await bucket.send(command, { path, signal })
  if (ETag === undefined) throw unfinished(path, $metadata.httpStatusCode)
}
