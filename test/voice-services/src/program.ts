import { spawn } from 'node:child_process'

/** Runs a program of Debian on some bytes. @throws Error with its name where it is not there or fails. */
export function runProgram(
  command: string,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(),
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    const output: Buffer[] = []
    child.once('error', () => reject(new Error(`${command} is not there: apt-get install ${PACKAGES}`)))
    child.once('close', (code) =>
      code === 0 ? resolve(Buffer.concat(output)) : reject(new Error(`${command} ended with ${code}`)),
    )
    child.stdout.on('data', (piece: Buffer) => output.push(piece))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** What the real voice and ears need. */
export const PACKAGES = 'flite pocketsphinx pocketsphinx-en-us lame sox'

/** Samples of 16 bits, mono, at another rate. */
export async function resample(samples: Buffer, from: number, to: number): Promise<Buffer> {
  if (from === to) return samples
  const raw = (rate: number): string[] => ['-t', 'raw', '-e', 'signed', '-b', '16', '-c', '1', '-r', String(rate), '-']
  return runProgram('sox', [...raw(from), ...raw(to)], samples)
}
