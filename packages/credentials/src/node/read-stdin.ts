/** What this process is given on its standard input: all of it, or its first line. */
import { systemError } from './system-error.ts'

const MAX_BYTES = 1024 * 1024
const MAX_LINE_BYTES = 4096
const LINE_END = 0x0a
/** Somebody may have to paste it. */
const TIMEOUT_MS = 5 * 60_000

let content: Promise<Uint8Array> | undefined

/** To its end, and once: who asks again gets the same. */
export function readStdin(): Promise<Uint8Array> {
  content ??= readAll()
  return content
}

/** What follows it is left for others. Waits for it: whoever asks knows that somebody writes one. */
export async function readStdinLine(): Promise<string | undefined> {
  const { readSync } = process.getBuiltinModule('node:fs')
  const line: number[] = []
  const byte = new Uint8Array(1)
  while (line.length < MAX_LINE_BYTES && readSync(0, byte, 0, 1, null) === 1 && byte[0] !== LINE_END)
    line.push(byte[0] ?? 0)
  return line.length > 0 ? new TextDecoder().decode(Uint8Array.from(line)).trim() : undefined
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
