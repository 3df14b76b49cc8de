/** A file for the token at a place that others are told beforehand. */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure } from '../failure.ts'

export interface TokenFile {
  /** From the root: who reads it may be elsewhere. */
  readonly path: string
  /** A file that another server has put there meanwhile stays. */
  remove(): void
}

/** Replaces what is there: nobody reads half a token. @throws Failure `OUTPUT_FAILED` */
export function writeTokenFile(named: string, token: string): TokenFile {
  const path = resolve(named)
  const temporary = `${path}.${process.pid}`
  try {
    writeFileSync(temporary, token, { flag: 'wx', mode: 0o600 })
    chmodSync(temporary, 0o600) // whatever the umask
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new Failure(`the token cannot be written to ${path} (${code})`, {
      code: 'OUTPUT_FAILED',
      source: '--token-file',
      remedy: 'Name a file in a folder that you may write to',
    })
  }
  const remove = (): void => {
    process.off('exit', remove)
    if (holds(path, token)) rmSync(path, { force: true })
  }
  process.once('exit', remove)
  return { path, remove }
}

function holds(path: string, token: string): boolean {
  try {
    return readFileSync(path, 'utf8') === token
  } catch {
    return false
  }
}
