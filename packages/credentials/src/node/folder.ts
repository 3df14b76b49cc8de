/** Makes folders that are this user's alone, whatever the umask, and flushes them to the disk. */

const MODE = 0o700

/** From the first that is missing; those that are there stay as they are. */
export async function createFolder(folder: string): Promise<void> {
  const { promises } = process.getBuiltinModule('node:fs')
  const { dirname } = process.getBuiltinModule('node:path')
  const make = (): Promise<void> => promises.mkdir(folder, { mode: MODE })
  try {
    await make().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' || dirname(folder) === folder) throw error
      await createFolder(dirname(folder))
      await make()
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return
    throw error
  }
  await promises.chmod(folder, MODE)
}

/** So that a renamed file is there after a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await process.getBuiltinModule('node:fs').promises.open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
