/**
 * Reads a file without ever waiting for one. Synchronously: the files are small and near, and a start that asks the thread
 * pool, or loads Node's promise API for files, takes 2 to 4 ms longer.
 */
import { systemError } from './system-error.ts'

/** No file that this library reads is larger. */
const MAX_FILE_BYTES = 1024 * 1024

/** Standard input, where a path may name it. */
const STDIN = '-'

/** A regular file of at most 1 MiB; a FIFO or a device is refused without waiting for it. `-` is standard input. */
export async function readFile(path: string): Promise<Uint8Array | undefined> {
  if (path === STDIN) return (await import('./read-stdin.ts')).readStdin()
  const { closeSync, constants, fstatSync, openSync } = process.getBuiltinModule('node:fs')
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw systemError(stats.isDirectory() ? 'EISDIR' : 'EINVAL')
    if (stats.size > MAX_FILE_BYTES) throw systemError('EFBIG')
    return readAll(file, stats.size)
  } finally {
    closeSync(file)
  }
}

/** To the end of the file, which may be further away than its size said. */
function readAll(file: number, sizeBytes: number): Uint8Array {
  const { readSync } = process.getBuiltinModule('node:fs')
  let buffer = new Uint8Array(sizeBytes + 1)
  for (let at = 0; ; ) {
    const readBytes = readSync(file, buffer, at, buffer.length - at, null)
    if (readBytes === 0) return buffer.subarray(0, at)
    at += readBytes
    if (at > MAX_FILE_BYTES) throw systemError('EFBIG')
    if (at === buffer.length) {
      const larger = new Uint8Array(2 * at)
      larger.set(buffer)
      buffer = larger
    }
  }
}
