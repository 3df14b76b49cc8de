/** Files of this machine, as streams that a bucket gives and takes. */
import { constants, createReadStream, createWriteStream, fstatSync, openSync, type Stats, statSync } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../failure.ts'
import { outputFailed } from '../output.ts'

/** Standard input or output, as the name of a file. */
export const STANDARD = '-'
const STDIN = 0
const CHUNK_BYTES = 256 * 1024

interface LocalSource {
  readonly chunks: AsyncIterable<Uint8Array>
  /** Of regular files. */
  readonly sizeBytes: number | undefined
}

/** @throws Failure `LOCAL_FILE_FAILED` */
export async function openLocal(file: string): Promise<LocalSource> {
  const found = await (file === STANDARD ? stdinStat() : stat(file)).catch((error: unknown) => {
    throw failed(file, 'read', error)
  })
  if (found.isDirectory()) throw failed(file, 'read', { code: 'EISDIR' })
  const openChunks = () => (file === STANDARD ? process.stdin : found.isFIFO() ? openPipe(file) : openFile(file))
  return { chunks: guarded(file, openChunks), sizeBytes: found.isFile() ? found.size : undefined }
}

/** What is there under the name of a target. @throws Failure `LOCAL_FILE_FAILED` */
export function lookAt(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch (error) {
    throw failed(file, 'written', error)
  }
}

/** To what is there and no regular file, as it stands. @throws Failure `LOCAL_FILE_FAILED`, and what the source throws. */
export async function writeThrough(file: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const target = await open(file, constants.O_WRONLY).catch((error: unknown) => {
    throw failed(file, 'written', error)
  })
  const trouble = await pour(chunks, target.createWriteStream())
  if (trouble) throw failed(file, 'written', trouble)
}

/**
 * Beside its place first, so that what is there stays until all has come.
 *
 * @throws Failure `LOCAL_FILE_FAILED`, what the source throws, and the reason of the signal.
 */
export async function writeLocal(file: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  const part = `${file}.${process.pid}.part`
  try {
    const trouble = await pour(chunks, createWriteStream(part, { flags: 'wx' }), { signal })
    signal.throwIfAborted()
    if (trouble) throw failed(file, 'written', trouble)
    await rename(part, file).catch((error: unknown) => {
      throw failed(file, 'written', error)
    })
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/**
 * A reader that has gone away is nobody's error.
 *
 * @throws Failure `OUTPUT_FAILED`, and what the source throws.
 */
export async function printChunks(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const trouble = await pour(chunks, process.stdout, { end: false })
  if (trouble && trouble.code !== 'EPIPE') throw outputFailed(trouble.code)
}

/** @returns what is wrong with the target. @throws what the source throws. */
async function pour(
  chunks: AsyncIterable<Uint8Array>,
  target: Writable,
  options: { readonly signal?: AbortSignal; readonly end?: boolean } = {},
): Promise<NodeJS.ErrnoException | undefined> {
  const thrown: unknown[] = []
  const source = Readable.from(remember(chunks, (error) => thrown.push(error)))
  try {
    await pipeline(source, target, options)
    return undefined
  } catch (error) {
    if (thrown.length > 0) throw thrown[0]
    return error as NodeJS.ErrnoException
  }
}

async function stdinStat() {
  return fstatSync(STDIN)
}

function openFile(file: string): Readable {
  return createReadStream(file, { highWaterMark: CHUNK_BYTES })
}

/** Without a thread that waits for who writes: this process could not end before they come. */
function openPipe(file: string): Readable {
  return new Socket({ fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK), writable: false })
}

async function* guarded(file: string, openChunks: () => Readable): AsyncIterable<Uint8Array> {
  try {
    yield* openChunks()
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
  const isStdin = file === STANDARD
  return new Failure(`${isStdin ? 'standard input' : file} cannot be ${what} (${code})`, {
    code: 'LOCAL_FILE_FAILED',
    source: 's3 cp',
    remedy: 'Check the file, its folder and the room on the disk',
    location: isStdin ? undefined : { file },
  })
}
