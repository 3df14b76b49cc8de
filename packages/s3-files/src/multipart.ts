/** Uploads in parts that came to nothing: their parts are paid for until they are removed. */
import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.ts'

const DEADLINE_MS = 10_000

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
