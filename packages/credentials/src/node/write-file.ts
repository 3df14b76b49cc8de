/** Writes, removes and lists files; a write is whole or did not happen. */
import { systemError } from './system-error.ts'

/** Folder 0700, temporary file beside the target, flushed to the disk, renamed, and the folder flushed too. */
export async function writeFile(path: string, data: Uint8Array, { mode }: { mode: number }): Promise<void> {
  const { constants, promises } = process.getBuiltinModule('node:fs')
  const { dirname } = process.getBuiltinModule('node:path')
  const folder = dirname(path)
  const temporary = `${path}.${process.pid}.${crypto.randomUUID()}.tmp`
  await promises.mkdir(folder, { recursive: true, mode: 0o700 })

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
  if (process.platform !== 'win32') await syncFolder(folder)
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

async function syncFolder(folder: string): Promise<void> {
  const handle = await process.getBuiltinModule('node:fs').promises.open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
