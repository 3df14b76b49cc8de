/** What this process is given on its standard input: to its end, and once. Who asks again gets the same. */
import { systemError } from './system-error.ts'

const MAX_BYTES = 1024 * 1024
/** Somebody may have to paste it. */
const TIMEOUT_MS = 5 * 60_000

let content: Promise<Uint8Array> | undefined

export function readStdin(): Promise<Uint8Array> {
  content ??= readAll()
  return content
}

async function readAll(): Promise<Uint8Array> {
  const { stdin } = process
  const timer = setTimeout(() => stdin.destroy(systemError('ETIMEDOUT')), TIMEOUT_MS)
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of stdin as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > MAX_BYTES) throw systemError('EFBIG')
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } finally {
    clearTimeout(timer)
  }
}
