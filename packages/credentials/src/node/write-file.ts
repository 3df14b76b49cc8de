/** Writes, removes and lists files; a write is whole or did not happen. */
import { createFolder, syncFolder } from './folder.ts'
import { systemError } from './system-error.ts'
import { nameTemporary, sweepTemporaries } from './temporary-file.ts'

/** Folder 0700, temporary file beside the target, flushed to the disk, renamed, and the folder flushed too. */
export async function writeFile(path: string, data: Uint8Array, { mode }: { mode: number }): Promise<void> {
  const { constants, promises } = process.getBuiltinModule('node:fs')
  const folder = process.getBuiltinModule('node:path').dirname(path)
  await createFolder(folder)
  await sweepTemporaries(folder)

  const temporary = nameTemporary(path)
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0)
  const file = await promises.open(temporary, flags, mode)
  try {
    await file.chmod(mode) // whatever the umask
    await file.writeFile(data)
    await file.sync()
    await file.close()
    await promises.rename(temporary, path)
  } catch (error) {
    await file.close().catch(() => {})
    await promises.rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

export async function removeFile(path: string): Promise<void> {
  await process.getBuiltinModule('node:fs').promises.rm(path, { force: true })
}

export async function listDir(path: string): Promise<string[]> {
  return process
    .getBuiltinModule('node:fs')
    .promises.readdir(path)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw systemError(error.code ?? 'EIO')
    })
}
