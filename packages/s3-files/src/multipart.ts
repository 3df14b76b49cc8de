/** Uploads in parts, as they begin and as they come to nothing: parts are paid for until they are removed. */
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type CreateMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3'
import type { Asked, Bucket } from './bucket.ts'
import { unfinished } from './failures.ts'
import { untilAborted } from './until-aborted.ts'

const GRACE_MS = 3_000
const DEADLINE_MS = 10_000

/**
 * An upload is known by the answer alone. Where the caller gives up meanwhile, the answer is waited for a little longer, and
 * the upload is ended whenever it comes; what has no keys yet is not sent.
 */
export async function beginParts(
  bucket: Bucket,
  input: CreateMultipartUploadCommandInput,
  { path, signal }: Asked & { readonly path: string },
): Promise<{ readonly UploadId: string }> {
  signal?.throwIfAborted()
  const unsent = new AbortController()
  let isSigned = false
  const onSigned = (): void => {
    isSigned = true
  }
  const command = new CreateMultipartUploadCommand(input)
  const answer = bucket.send(command, { path, signal: unsent.signal, onSigned })
  try {
    const { UploadId, $metadata } = await untilAborted(answer, signal)
    if (!UploadId) throw unfinished(path, $metadata.httpStatusCode)
    return { UploadId }
  } catch (error) {
    if (!signal?.aborted) throw error
    if (isSigned) await discardBegun(bucket, input.Key ?? '', answer)
    else unsent.abort(signal.reason)
    throw signal.reason
  }
}

async function discardBegun(
  bucket: Bucket,
  Key: string,
  answer: Promise<CreateMultipartUploadCommandOutput>,
): Promise<void> {
  const answered = new AbortController()
  const discarded = answer
    .finally(() => answered.abort())
    .then(({ UploadId }) => (UploadId ? discardParts(bucket, Key, UploadId) : undefined)) // without an id it removes the file
    .catch(() => {})
  const isLate = await bucket.host.sleep(GRACE_MS, answered.signal).then(
    () => true,
    () => false,
  )
  if (!isLate) await discarded
}

/** Quiet, and soon over: the caller has a failure to tell already. */
export async function discardParts(bucket: Bucket, Key: string, UploadId: string): Promise<void> {
  const over = new AbortController()
  const answered = new AbortController()
  bucket.host.sleep(DEADLINE_MS, answered.signal).then(
    () => over.abort(),
    () => {},
  )
  const command = new AbortMultipartUploadCommand({ Bucket: bucket.name, Key, UploadId })
  await bucket.send(command, { signal: over.signal }).catch(() => {})
  answered.abort()
}
