/**
 * Copies what is too large for one request: above 5 GiB the store copies parts only.
 *
 * Source  https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
 * @module
 */
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type HeadObjectCommandOutput,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import type { Asked, Bucket } from './bucket.ts'
import { unfinished } from './failures.ts'
import { beginParts, discardParts } from './multipart.ts'
import { inParallel } from './parallel.ts'
import { headFile } from './reading.ts'
import { MAX_PARTS, type Transfer } from './transfer.ts'

export interface CopyInput {
  readonly Bucket: string
  readonly Key: string
  /** Encoded. */
  readonly CopySource: string
  readonly IfNoneMatch?: string
}

/** What goes with the file is read first: parts carry bytes only. */
export async function copyInParts(
  bucket: Bucket,
  { partSizeBytes, concurrency }: Transfer,
  { CopySource, IfNoneMatch, ...target }: CopyInput,
  asked: Asked & { readonly path: string },
): Promise<void> {
  const head = await headFile(bucket, asked.path, asked.signal)
  const { UploadId } = await beginParts(bucket, { ...target, ...kept(head) }, asked)
  try {
    const done: CompletedPart[] = []
    const { ContentLength: sizeBytes = 0, ETag: CopySourceIfMatch } = head
    await inParallel(partsOf(sizeBytes, partSizeBytes), concurrency, async ({ PartNumber, CopySourceRange }) => {
      const part = { ...target, UploadId, PartNumber, CopySource, CopySourceRange, CopySourceIfMatch }
      const { CopyPartResult } = await bucket.send(new UploadPartCopyCommand(part), asked)
      done.push({ PartNumber, ETag: CopyPartResult?.ETag })
    })
    const Parts = done.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0))
    const whole = { ...target, UploadId, MultipartUpload: { Parts }, IfNoneMatch }
    const { ETag, $metadata } = await bucket.send(new CompleteMultipartUploadCommand(whole), asked)
    if (ETag === undefined) throw unfinished(asked.path, $metadata.httpStatusCode)
  } catch (error) {
    await discardParts(bucket, target.Key, UploadId)
    throw error
  }
}

function kept(head: HeadObjectCommandOutput) {
  const { ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Metadata, StorageClass } =
    head
  return { ContentType, CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, Metadata, StorageClass }
}

function* partsOf(sizeBytes: number, wantedBytes: number) {
  const partBytes = Math.max(wantedBytes, Math.ceil(sizeBytes / MAX_PARTS))
  for (let start = 0, PartNumber = 1; start < sizeBytes; start += partBytes, PartNumber++)
    yield { PartNumber, CopySourceRange: `bytes=${start}-${Math.min(start + partBytes, sizeBytes) - 1}` }
}
