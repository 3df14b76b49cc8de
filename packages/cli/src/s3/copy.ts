/** One file from here to a bucket, from a bucket to here, or from one place in buckets to another. */

import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { usageFailure } from '../failure.ts'
import type { SourceValues } from '../sources.ts'
import { openLocal, writeLocal } from './local-file.ts'
import { isPlace, openPlace, type Place } from './place.ts'
import { type Progress, showProgress } from './progress.ts'

export async function copyFile(from: string, to: string, values: SourceValues): Promise<void> {
  if (!isPlace(from) && !isPlace(to))
    throw usageFailure('neither FROM nor TO is in a bucket', 'Write one of them as s3://BUCKET/PATH. ', 's3 cp')
  const target = isPlace(to) ? named(await openPlace(to, values), basename(from)) : undefined
  const source = isPlace(from) ? await openPlace(from, values) : undefined
  if (source?.path.endsWith('/')) throw usageFailure(`${source.path} is a directory`, 'Name a file in it. ', 's3 cp')

  if (source && target && source.bucketUrl === target.bucketUrl) return source.files.copy(source.path, target.path)
  const { chunks, sizeBytes } = source ? await openRemote(source) : await openLocal(from)
  const progress = showProgress(sizeBytes, values.json)
  try {
    if (!target) return await writeLocal(localName(to, basename(source?.path ?? '')), counted(chunks, progress))
    const onProgress = ({ sentBytes }: { sentBytes: number }) => progress.tell(sentBytes)
    await target.files.writeStream(target.path, chunks, { sizeBytes, onProgress })
  } finally {
    progress.end()
  }
}

async function openRemote({ files, path }: Place) {
  const { sizeBytes } = await files.stat(path)
  return { chunks: files.readStream(path), sizeBytes }
}

function named(place: Place, name: string): Place {
  return place.path.endsWith('/') ? { ...place, path: place.path + name } : place
}

function localName(to: string, name: string): string {
  const isFolder = to.endsWith('/') || statSync(to, { throwIfNoEntry: false })?.isDirectory()
  return isFolder ? join(to, name) : to
}

async function* counted(chunks: AsyncIterable<Uint8Array>, progress: Progress): AsyncIterable<Uint8Array> {
  let sentBytes = 0
  for await (const chunk of chunks) {
    yield chunk
    sentBytes += chunk.byteLength
    progress.tell(sentBytes)
  }
}
