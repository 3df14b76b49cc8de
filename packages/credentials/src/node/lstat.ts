/** What stands at a path, and whose it is. Synchronously, for the reason that files are read so. */
import type { Stats } from 'node:fs'
import type { FileStatus } from '../model/host.ts'

const PERMISSIONS = 0o1777
const PRIVATE = 0o600

export async function lstat(path: string): Promise<FileStatus | undefined> {
  const stats = process.getBuiltinModule('node:fs').lstatSync(path, { throwIfNoEntry: false })
  return stats && describe(stats)
}

function describe(stats: Stats): FileStatus {
  const isWindows = process.platform === 'win32'
  return {
    kind: kindOf(stats),
    isOwn: isWindows || stats.uid === process.getuid?.(),
    mode: isWindows ? PRIVATE : stats.mode & PERMISSIONS,
    modifiedMs: stats.mtimeMs,
    changedMs: stats.ctimeMs,
  }
}

function kindOf(stats: Stats): FileStatus['kind'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'folder'
  return stats.isSymbolicLink() ? 'link' : 'other'
}
