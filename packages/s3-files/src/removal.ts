/** Removes files, and directories with all below them, a thousand keys at a time. */
import { DeleteObjectCommand, DeleteObjectsCommand, type _Error as KeyError } from '@aws-sdk/client-s3'
import type { Asked, Bucket } from './bucket.ts'
import { S3FilesError } from './errors.ts'
import type { Abortable } from './files.ts'
import { listKeys } from './listing.ts'
import { meaningOf } from './meanings.ts'
import { fileKey, isDirPath, pathOf } from './paths.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_KEYS = 1000
/** XML cannot carry these, whichever way they are written. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is for
const NOT_IN_XML = /[\u0000-\u001f\ufffe\uffff]/

export async function removePath(bucket: Bucket, path: string, { signal }: Abortable = {}): Promise<void> {
  if (!isDirPath(path)) return removeKey(bucket, fileKey(path), { path, signal })
  for await (const page of listKeys(bucket, path, { signal }))
    await removeKeys(
      bucket,
      page.map(({ key }) => key),
      { path, signal },
    )
}

export async function removeKeys(bucket: Bucket, keys: readonly string[], asked: Asked): Promise<void> {
  for (const key of keys.filter((key) => NOT_IN_XML.test(key))) await removeKey(bucket, key, asked)
  const rest = keys.filter((key) => !NOT_IN_XML.test(key))
  for (let at = 0; at < rest.length; at += MAX_KEYS) {
    const Objects = rest.slice(at, at + MAX_KEYS).map((Key) => ({ Key }))
    const command = new DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects, Quiet: true } })
    const { Errors = [], $metadata } = await bucket.send(command, asked)
    if (Errors.length > 0) throw notRemoved(Errors, $metadata.requestId)
  }
}

async function removeKey(bucket: Bucket, Key: string, asked: Asked): Promise<void> {
  await bucket.send(new DeleteObjectCommand({ Bucket: bucket.name, Key }), asked)
}

/** The answer to the request was 200, and some keys are still there. */
function notRemoved(errors: readonly KeyError[], requestId: string | undefined): S3FilesError {
  const { Key = '', Code } = errors[0] ?? {}
  const { code, remedy } = meaningOf(Code, 500)
  const more = errors.length > 1 ? `, and ${errors.length - 1} more files` : ''
  const text = `${pathOf(Key)}: it was not removed (${Code ?? 'no reason given'})${more}`
  return new S3FilesError(text, { code, remedy, path: pathOf(Key), s3Code: Code, status: 200, requestId })
}
