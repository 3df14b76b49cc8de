/** One file from here to a bucket, from a bucket to here, or from one place in buckets to another. */

import { basename, join } from 'node:path'
import { cleanUpAtSignal } from '../end-signal.ts'
import { usageFailure } from '../failure.ts'
import type { SourceValues } from '../sources.ts'
import { lookAt, openLocal, printChunks, STANDARD, writeLocal, writeThrough } from './local-file.ts'
import { isPlace, openPlace, type Place } from './place.ts'
import { type Progress, showProgress } from './progress.ts'

export async function copyFile(from: string, to: string, values: SourceValues): Promise<void> {
  if (!isPlace(from) && !isPlace(to))
    throw usageFailure('neither FROM nor TO is in a bucket', 'Write one of them as s3://BUCKET/PATH. ', 's3 cp')
  const target = isPlace(to) ? named(await openPlace(to, values), from) : undefined
  const source = isPlace(from) ? await openPlace(from, values) : undefined
  if (source?.path.endsWith('/')) throw usageFailure(`${source.path} is a directory`, 'Name a file in it. ', 's3 cp')

  if (target) return cleanUpAtSignal((signal) => upload(source ?? from, target, values, signal))
  if (!source) return
  if (to === STANDARD) return download(source, true, printChunks)
  const file = localName(to, basename(source.path))
  if (lookAt(file)?.isFile() === false) return download(source, values.json, (chunks) => writeThrough(file, chunks))
  await cleanUpAtSignal((signal) => download(source, values.json, (chunks) => writeLocal(file, chunks, signal), signal))
}

async function upload(from: Place | string, to: Place, { json }: SourceValues, signal: AbortSignal): Promise<void> {
  const isLocal = typeof from === 'string'
  if (!isLocal && from.bucketUrl === to.bucketUrl) return from.files.copy(from.path, to.path, { signal })
  const { chunks, sizeBytes } = isLocal ? await openLocal(from) : await openRemote(from, signal)
  const progress = showProgress(sizeBytes, json)
  const onProgress = ({ sentBytes }: { sentBytes: number }) => progress.tell(sentBytes)
  try {
    await to.files.writeStream(to.path, chunks, { sizeBytes, onProgress, signal })
  } finally {
    progress.end()
  }
}

async function download(
  from: Place,
  isQuiet: boolean,
  write: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const { chunks, sizeBytes } = await openRemote(from, signal)
  const progress = showProgress(sizeBytes, isQuiet)
  try {
    await write(counted(chunks, progress))
  } finally {
    progress.end()
  }
}

async function openRemote({ files, path }: Place, signal: AbortSignal | undefined) {
  const { sizeBytes } = await files.stat(path, { signal })
  return { chunks: files.readStream(path, { signal }), sizeBytes }
}

function named(place: Place, from: string): Place {
  if (!place.path.endsWith('/')) return place
  if (from === STANDARD)
    throw usageFailure(`${place.path} is a directory`, 'Name a file in it: standard input has no name. ', 's3 cp')
  return { ...place, path: place.path + basename(from) }
}

function localName(to: string, name: string): string {
  const isFolder = to.endsWith('/') || lookAt(to)?.isDirectory()
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
