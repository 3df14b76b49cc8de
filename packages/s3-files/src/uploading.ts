/** Writes streams of any length in parts, by `@aws-sdk/lib-storage`; nothing is seen before all of it is there. */
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { Asked, Bucket, S3Command } from './bucket.ts'
import { checkSource } from './bytes.ts'
import { S3FilesError } from './errors.ts'
import { noBytes, unfinished } from './failures.ts'
import type { StreamOptions, Written } from './files.ts'
import { beginParts, discardParts } from './multipart.ts'
import { fileKey } from './paths.ts'
import { headFile } from './reading.ts'
import { MAX_PARTS, type Transfer } from './transfer.ts'

/** Whatever goes wrong first aborts `stop`, and is its reason: what follows from that is noise. */
export async function writeChunks(
  bucket: Bucket,
  { partSizeBytes, concurrency: queueSize }: Transfer,
  path: string,
  source: AsyncIterable<Uint8Array>,
  { contentType: ContentType, sizeBytes, onProgress, signal }: StreamOptions = {},
): Promise<Written> {
  const Key = fileKey(path)
  signal?.throwIfAborted()
  const stop = new AbortController()
  const abort = (): void => stop.abort(signal?.reason)
  signal?.addEventListener('abort', abort)

  const partSize = Math.max(partSizeBytes, Math.ceil((sizeBytes ?? 0) / MAX_PARTS))
  const Body = Readable.from(chunksOf(source, path, partSize * MAX_PARTS, stop), { highWaterMark: 1 })
  const requests = requestsOf(bucket, path, stop)
  const upload = new Upload({
    client: { config: bucket.config, send: requests.send } as unknown as S3Client,
    params: { Bucket: bucket.name, Key, Body, ContentType },
    partSize,
    queueSize,
    abortController: stop,
  })
  upload.on('httpUploadProgress', ({ loaded: sentBytes = 0 }) => {
    onProgress?.({ sentBytes, ...(sizeBytes !== undefined && { totalBytes: sizeBytes }) })
  })
  try {
    const { ETag, $metadata } = await upload.done()
    if (ETag === undefined) throw unfinished(path, $metadata.httpStatusCode)
    return { etag: ETag || (await headFile(bucket, path, signal)).ETag || '' } // some stores leave it blank
  } catch (error) {
    stop.abort(error)
    Body.destroy()
    const uploadId = await requests.settled()
    if (uploadId !== undefined) await discardParts(bucket, Key, uploadId)
    throw stop.signal.reason
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

/**
 * What the library asks of a client. It would leave requests running after an abort, report a failed clean-up instead of
 * what failed, and not wait for either; so the clean-up is ours.
 */
function requestsOf(bucket: Bucket, path: string, stop: AbortController) {
  const running = new Set<Promise<unknown>>()
  let uploadId: string | undefined

  const send = async <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: S3Command<Input, Output>,
  ): Promise<Output | undefined> => {
    if (command instanceof AbortMultipartUploadCommand) return undefined
    const asked = { path, signal: stop.signal }
    const answer = command instanceof CreateMultipartUploadCommand ? begin(command, asked) : bucket.send(command, asked)
    running.add(answer)
    try {
      return (await answer) as Output // of the beginning the library reads the id alone
    } catch (error) {
      stop.abort(error)
      throw error
    } finally {
      running.delete(answer)
    }
  }
  const begin = async ({ input }: CreateMultipartUploadCommand, asked: Asked & { readonly path: string }) => {
    const begun = await beginParts(bucket, input, asked)
    uploadId = begun.UploadId
    return begun
  }
  const settled = async (): Promise<string | undefined> => {
    await Promise.allSettled(running)
    return uploadId
  }
  return { send, settled }
}

async function* chunksOf(
  source: AsyncIterable<Uint8Array>,
  path: string,
  maxBytes: number,
  stop: AbortController,
): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0
  try {
    for await (const chunk of checkSource(source, path)) {
      if (!(chunk instanceof Uint8Array)) throw noBytes(path)
      sizeBytes += chunk.byteLength
      if (sizeBytes > maxBytes) throw tooManyParts(path, maxBytes)
      yield chunk
    }
  } catch (error) {
    stop.abort(error)
    throw error
  }
}

function tooManyParts(path: string, maxBytes: number): S3FilesError {
  return new S3FilesError(`${path}: more than the ${maxBytes} bytes that ${MAX_PARTS} parts hold`, {
    code: 'EFBIG',
    remedy: 'Say how much there is by sizeBytes, or choose a larger partSizeBytes',
    path,
  })
}
