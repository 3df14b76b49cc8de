/** A folder for files of this process that only its user can read, and that are gone when it ends. */
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from './failure.ts'

/** Systems remove from such places what nobody has touched for days. */
const TOUCH_INTERVAL_MS = 6 * 3_600_000

export interface PrivateFolder {
  /** @returns where the file is. @throws Failure `OUTPUT_FAILED` */
  write(name: string, content: string | Uint8Array): string
  remove(): void
}

/**
 * Nothing is awaited, so that whoever makes one attends to signals right away. What processes that were killed have left
 * is removed first.
 *
 * @throws Failure `OUTPUT_FAILED`
 */
export function createPrivateFolder(): PrivateFolder {
  const names = `rolecall-${namespace()}-`
  removeLeftovers(names)
  const path = attempt(tmpdir(), () => mkdtempSync(join(tmpdir(), `${names}${process.pid}-`)))
  const timer = setInterval(() => touch(path), TOUCH_INTERVAL_MS).unref()
  const remove = (): void => {
    clearInterval(timer)
    process.off('exit', remove)
    rmSync(path, { recursive: true, force: true })
  }
  process.once('exit', remove)
  return {
    write: (name, content) =>
      attempt(path, () => {
        const file = join(path, name)
        writeFileSync(file, content, { flag: 'wx', mode: 0o600 })
        chmodSync(file, 0o600) // whatever the umask
        return file
      }),
    remove,
  }
}

/** Number of the world in which the ids of processes mean something: a container has its own, and may share the disk. */
function namespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    return '0'
  }
}

function touch(path: string): void {
  try {
    const now = new Date()
    for (const name of ['', ...readdirSync(path)]) utimesSync(join(path, name), now, now)
  } catch {
    // what is gone already is not to be kept
  }
}

function removeLeftovers(names: string): void {
  try {
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith(names))
    for (const name of left) if (isLeft(name, names)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  } catch {
    // what cannot be seen or removed is not in the way
  }
}

function isLeft(name: string, names: string): boolean {
  const stats = lstatSync(join(tmpdir(), name))
  return (
    stats.isDirectory() && stats.uid === process.getuid?.() && !isRunning(Number.parseInt(name.slice(names.length), 10))
  )
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function attempt<T>(place: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw notWritten(place, error)
  }
}

/** @param error of the system. */
export function notWritten(place: string, error: unknown): Failure {
  const { code = 'unknown' } = error as NodeJS.ErrnoException
  return new Failure(`private files cannot be written to ${place} (${code})`, {
    code: 'OUTPUT_FAILED',
    source: 'rolecall',
    remedy: 'Make room there, or name another folder with TMPDIR',
  })
}
