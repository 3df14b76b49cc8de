/** Reads a file without ever waiting for one: by callbacks, since Node's promise API for files costs a start 4 ms. */
import { systemError } from './system-error.ts'

/** No file that this library reads is larger. */
const MAX_FILE_BYTES = 1024 * 1024

/** A regular file of at most 1 MiB; a FIFO or a device is refused without waiting for it. */
export function readFile(path: string): Promise<Uint8Array | undefined> {
  const { close, constants, fstat, open } = process.getBuiltinModule('node:fs')
  return new Promise((resolve, reject) => {
    open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0), (error, file) => {
      if (error) return error.code === 'ENOENT' || error.code === 'ENOTDIR' ? resolve(undefined) : reject(error)
      const end = (problem: Error | null, bytes?: Uint8Array): void =>
        close(file, () => (problem ? reject(problem) : resolve(bytes)))

      fstat(file, (error, stats) => {
        if (error) return end(error)
        if (!stats.isFile()) return end(systemError(stats.isDirectory() ? 'EISDIR' : 'EINVAL'))
        if (stats.size > MAX_FILE_BYTES) return end(systemError('EFBIG'))
        readAll(file, end)
      })
    })
  })
}

/** To the end of the file, which may be further away than its size says. */
function readAll(file: number, end: (problem: Error | null, bytes?: Uint8Array) => void): void {
  const { read } = process.getBuiltinModule('node:fs')
  const buffer = Buffer.allocUnsafe(MAX_FILE_BYTES + 1)
  const readFrom = (at: number): void =>
    read(file, buffer, at, buffer.length - at, null, (error, sizeBytes) => {
      if (error) return end(error)
      if (sizeBytes === 0) return end(null, new Uint8Array(buffer.subarray(0, at)))
      if (at + sizeBytes > MAX_FILE_BYTES) return end(systemError('EFBIG'))
      readFrom(at + sizeBytes)
    })
  readFrom(0)
}
