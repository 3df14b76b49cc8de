/** Files of this machine, as streams that a bucket gives and takes. */
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../failure.ts'

/** @throws Failure `LOCAL_FILE_FAILED` */
export async function openLocal(file: string): Promise<{ chunks: AsyncIterable<Uint8Array>; sizeBytes: number }> {
  const found = await stat(file).catch((error: unknown) => Promise.reject(failed(file, 'read', error)))
  if (!found.isFile()) throw failed(file, 'read', { code: found.isDirectory() ? 'EISDIR' : 'EINVAL' })
  return { chunks: guarded(file, createReadStream(file, { highWaterMark: 256 * 1024 })), sizeBytes: found.size }
}

/**
 * Beside its place first, so that what is there stays until all has come.
 *
 * @throws Failure `LOCAL_FILE_FAILED`, and what the source throws.
 */
export async function writeLocal(file: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${file}.${process.pid}.part`
  let trouble: unknown
  const source = Readable.from(remember(chunks, (error) => (trouble = error)))
  try {
    await pipeline(source, createWriteStream(part, { flags: 'wx' }))
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw trouble ?? failed(file, 'written', error)
  }
}

/** A reader that has gone away is nobody's error. */
export async function printChunks(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(Readable.from(chunks), process.stdout, { end: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

async function* guarded(file: string, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    throw failed(file, 'read', error)
  }
}

async function* remember(
  chunks: AsyncIterable<Uint8Array>,
  notice: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  try {
    yield* chunks
  } catch (error) {
    notice(error)
    throw error
  }
}

function failed(file: string, what: string, error: unknown): Failure {
  const { code = 'unknown' } = error as NodeJS.ErrnoException
  return new Failure(`${file} cannot be ${what} (${code})`, {
    code: 'LOCAL_FILE_FAILED',
    source: 's3 cp',
    remedy: 'Check the file, its folder and the room on the disk',
    location: { file },
  })
}
