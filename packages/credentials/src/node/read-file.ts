/**
 * Reads a file without ever waiting for one. Synchronously: the files are small and near, and a start that asks the thread
 * pool, or loads Node's promise API for files, takes 2 to 4 ms longer.
 */
import { systemError } from './system-error.ts'

/** No file that this library reads is larger. */
const MAX_FILE_BYTES = 1024 * 1024
const FIRST_READ_BYTES = 4096

/** Standard input, where a path may name it. */
const STDIN = '-'

/** A regular file of at most 1 MiB; a FIFO or a device is refused without waiting for it. `-` is standard input. */
export async function readFile(path: string): Promise<Uint8Array | undefined> {
  if (path === STDIN) return (await import('./read-stdin.ts')).readStdin()
  const { closeSync, constants, openSync } = process.getBuiltinModule('node:fs')
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
  try {
    return readAll(file)
  } finally {
    closeSync(file)
  }
}

/** By position, which only files have: what a file is does not need to be asked, unless it gives nothing. */
function readAll(file: number): Uint8Array {
  const { fstatSync, readSync } = process.getBuiltinModule('node:fs')
  let buffer = new Uint8Array(FIRST_READ_BYTES)
  for (let at = 0; ; ) {
    const readBytes = readSync(file, buffer, at, buffer.length - at, at)
    if (readBytes === 0 && at === 0 && !fstatSync(file).isFile()) throw systemError('EINVAL')
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
