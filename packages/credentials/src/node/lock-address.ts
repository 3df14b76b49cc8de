/**
 * The address of the socket that stands for a lock. Linux has abstract names, Windows named pipes; elsewhere it is a file.
 * Names come from a random key in a private folder: no other user can guess, and so occupy, them.
 */
import { storeFolder } from '../formats/store-folder.ts'
import { createFolder } from './folder.ts'
import { nameTemporary } from './temporary-file.ts'

const KEY_BYTES = 32
const MODE = 0o600

/** @param generation grows by one when an owner is found to be stopped. */
export async function lockAddress(path: string, generation: number): Promise<string> {
  const { createHmac } = process.getBuiltinModule('node:crypto')
  const { homedir } = process.getBuiltinModule('node:os')
  const { join, resolve } = process.getBuiltinModule('node:path')
  const { env, platform } = process
  const folder = storeFolder({ env, platform, homeDir: homedir() })
  if (folder === undefined) throw new Error('nothing says where the key of the locks is')
  const key = await readKey(folder, join(folder, 'lock-key'))
  const name = createHmac('sha256', key)
    .update(`${resolve(path)}\0${generation}`)
    .digest('hex')
    .slice(0, 32)
  if (process.platform === 'linux') return `\0rolecall-${name}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\rolecall-${name}` : join(folder, name)
}

/** Made by the first process that needs it, in one step: the file is linked to its name when it is whole. */
async function readKey(folder: string, file: string): Promise<Uint8Array> {
  const { promises } = process.getBuiltinModule('node:fs')
  const found = await promises.readFile(file).catch(() => undefined)
  if (found?.length === KEY_BYTES) return found

  await createFolder(folder)
  const temporary = nameTemporary(file)
  try {
    await promises.writeFile(temporary, crypto.getRandomValues(new Uint8Array(KEY_BYTES)), { flag: 'wx', mode: MODE })
    await promises.chmod(temporary, MODE) // whatever the umask
    if (found)
      await promises.rename(temporary, file) // cut off, as by a power cut: a short key can be guessed
    else
      await promises.link(temporary, file).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
  } finally {
    await promises.rm(temporary, { force: true })
  }
  return promises.readFile(file)
}
