/** Copies and renames within the bucket: the bytes stay in the store. */
import { CopyObjectCommand } from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.ts'
import { copyInParts } from './copy-in-parts.ts'
import { alreadyThere, existsAlready, unfinished } from './failures.ts'
import type { Abortable } from './files.ts'
import { listKeys } from './listing.ts'
import { inParallel } from './parallel.ts'
import { isDirPath, pathOf, transferKeys } from './paths.ts'
import { headFile, pathExists } from './reading.ts'
import { removeKeys } from './removal.ts'
import type { Transfer } from './transfer.ts'

interface Copy {
  readonly from: string
  readonly to: string
  readonly sizeBytes: number
  /** Refused by the store, where it can, when the target appears meanwhile. */
  readonly isNew: boolean
}

export async function copyPath(
  bucket: Bucket,
  transfer: Transfer,
  from: string,
  to: string,
  { signal }: Abortable = {},
): Promise<void> {
  await copyAll(bucket, transfer, from, to, { signal, isNew: false })
}

export async function renamePath(
  bucket: Bucket,
  transfer: Transfer,
  from: string,
  to: string,
  { signal }: Abortable = {},
): Promise<void> {
  transferKeys(from, to)
  if (await pathExists(bucket, to, { signal })) throw alreadyThere(to)
  const copied = await copyAll(bucket, transfer, from, to, { signal, isNew: true })
  await removeKeys(bucket, copied, { path: from, signal })
}

/** @returns the keys that were copied: nothing that came meanwhile is among them. */
async function copyAll(
  bucket: Bucket,
  transfer: Transfer,
  from: string,
  to: string,
  { signal, isNew }: Abortable & { readonly isNew: boolean },
): Promise<string[]> {
  const keys = transferKeys(from, to)
  if (!isDirPath(from)) {
    const { ContentLength: sizeBytes = 0 } = await headFile(bucket, from, signal)
    await copyFile(bucket, transfer, { ...keys, sizeBytes, isNew }, { signal })
    return [keys.from]
  }
  const copied: string[] = []
  for await (const page of listKeys(bucket, from, { signal })) {
    await inParallel(page, transfer.concurrency, ({ key, sizeBytes }) => {
      const target = keys.to + key.slice(keys.from.length)
      return copyFile(bucket, transfer, { from: key, to: target, sizeBytes, isNew }, { signal })
    })
    copied.push(...page.map(({ key }) => key))
  }
  return copied
}

async function copyFile(bucket: Bucket, transfer: Transfer, copy: Copy, { signal }: Abortable): Promise<void> {
  const asked = { path: pathOf(copy.from), signal }
  const CopySource = encodeSource(await bucket.copyName(asked), copy.from)
  const ifNew = copy.isNew && bucket.isAws ? { IfNoneMatch: '*' } : {} // others may not know it, and some refuse it
  const input = { Bucket: bucket.name, Key: copy.to, CopySource, ...ifNew }
  try {
    if (copy.sizeBytes > transfer.copyCutoffBytes) return await copyInParts(bucket, transfer, input, asked)
    const { CopyObjectResult, $metadata } = await bucket.send(new CopyObjectCommand(input), asked)
    if (!CopyObjectResult?.ETag) throw unfinished(asked.path, $metadata.httpStatusCode)
  } catch (error) {
    throw copy.isNew ? existsAlready(error, pathOf(copy.to)) : error
  }
}

/** Part of a header, so every byte that is not plain is percent-encoded; the slashes between names stay. */
function encodeSource(bucket: string, key: string): string {
  return `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
}
