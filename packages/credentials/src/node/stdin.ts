/** One line of standard input. What follows it is left for others. */

const MAX_LENGTH = 4096
const LINE_END = 0x0a

/** Waits for it: whoever asks knows that somebody writes one. */
export async function readStdinLine(): Promise<string | undefined> {
  const { readSync } = process.getBuiltinModule('node:fs')
  const line: number[] = []
  const byte = new Uint8Array(1)
  while (line.length < MAX_LENGTH && readSync(0, byte, 0, 1, null) === 1 && byte[0] !== LINE_END)
    line.push(byte[0] ?? 0)
  return line.length > 0 ? new TextDecoder().decode(Uint8Array.from(line)).trim() : undefined
}
