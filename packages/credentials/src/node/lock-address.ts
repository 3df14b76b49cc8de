/**
 * The address of the socket that stands for a lock. Linux has abstract names, Windows named pipes; elsewhere it is a file.
 * Names come from a random key in a private folder: no other user can guess, and so occupy, them.
 */
const KEY_BYTES = 32

export async function lockAddress(path: string): Promise<string> {
  const { createHmac } = process.getBuiltinModule('node:crypto')
  const { join, resolve } = process.getBuiltinModule('node:path')
  const folder = cacheFolder()
  const key = await readKey(folder, join(folder, 'lock-key'))
  const name = createHmac('sha256', key).update(resolve(path)).digest('hex').slice(0, 32)
  if (process.platform === 'linux') return `\0rolecall-${name}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\rolecall-${name}` : join(folder, name)
}

/** ROLECALL_STORE_DIR, or `rolecall` in the user's cache folder as env-paths has it. */
function cacheFolder(): string {
  const { homedir } = process.getBuiltinModule('node:os')
  const { join } = process.getBuiltinModule('node:path')
  const { env, platform } = process
  if (env['ROLECALL_STORE_DIR']) return env['ROLECALL_STORE_DIR']
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'rolecall')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'rolecall', 'Cache')
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'rolecall')
}

/** Made by the first process that needs it; who comes second may find it half written. */
async function readKey(folder: string, file: string): Promise<Uint8Array> {
  const { promises } = process.getBuiltinModule('node:fs')
  await promises.mkdir(folder, { recursive: true, mode: 0o700 })
  const made = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  await promises.writeFile(file, made, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  for (let attempt = 0; attempt < 50; attempt++) {
    const found = await promises.readFile(file)
    if (found.length === KEY_BYTES) return found
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  throw new Error('the key of the locks is damaged')
}
