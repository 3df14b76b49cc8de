import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '../../program.ts'

const ROOT = join(import.meta.dirname, '../../..')
/** The first two numbers: the third may differ between two machines. */
const VERSION = /\d+\.\d+/

export function fromProgram(...command: readonly string[]): () => Promise<string> {
  return async () => {
    const { stdout } = await runProgram(command, { PATH: process.env['PATH'] ?? '', CHECKPOINT_DISABLE: '1' })
    return VERSION.exec(stdout)?.[0] ?? ''
  }
}

/** Of a library: what the file says that it was built with. */
export function fromFile(path: string, pattern: RegExp): () => Promise<string> {
  return async () => {
    const [, version = ''] = pattern.exec(await readFile(join(ROOT, path), 'utf8')) ?? []
    return VERSION.exec(version)?.[0] ?? ''
  }
}
