/**
 * The store that the processes of one user share: a file for each session, in a folder that is this user's alone.
 *
 * Reads   ROLECALL_STORE_DIR, XDG_CACHE_HOME, LOCALAPPDATA; ROLECALL_STORE_KEY, ROLECALL_STORE_SECRET
 * @module
 */
import { errorCode } from '../clients/file-error.ts'
import { CredentialsError } from '../errors.ts'
import { joinPath } from '../formats/paths.ts'
import { storeFolder } from '../formats/store-folder.ts'
import { readVariable } from '../formats/variable.ts'
import type { CredentialStore } from '../model/credential-store.ts'
import type { FileStatus, Host } from '../model/host.ts'
import type { StoreCaller } from './store-caller.ts'
import type { StoreKey } from './store-key.ts'

const SOURCE = 'store'
const FILE_MODE = 0o600
const OTHERS_MAY_WRITE = 0o022
const OTHERS_MAY_ANYTHING = 0o077
/** In a folder such as /tmp others may write, and yet not touch what is mine. */
const STICKY = 0o1000

export interface SharedStore extends CredentialStore {
  /** Where the entries are. */
  readonly folder: string
  /** @throws CredentialsError `FILE_UNREADABLE` for a folder that is not this user's alone. */
  check(): Promise<void>
  /** @returns undefined where entries are not sealed. Throws CredentialsError `CONFIG_INVALID`. */
  findKey(): Promise<StoreKey | undefined>
}

/**
 * Reading and writing reject where the folder is not this user's alone.
 *
 * @throws CredentialsError `CONFIG_INVALID` where nobody knows the home folder.
 */
export function openSharedStore(caller: StoreCaller): SharedStore {
  const { host } = caller
  const root = storeFolder(host)
  if (root === undefined) {
    const problem = 'nothing says where the shared store is'
    const remedy = 'Set HOME or ROLECALL_STORE_DIR'
    throw new CredentialsError(problem, { code: 'CONFIG_INVALID', source: SOURCE, remedy })
  }
  const folder = joinPath(host.platform, root, 'sessions')
  const locate = (name: string): string => joinPath(host.platform, folder, `${name}.json`)

  let key: Promise<StoreKey | undefined> | undefined
  const findIt = async () => (await import('./store-key.ts')).findStoreKey(caller, root)
  const findKey = (): Promise<StoreKey | undefined> => {
    key ??= isSealed(host) ? findIt() : Promise.resolve(undefined)
    return key
  }
  const check = async (): Promise<void> => {
    await checkFolder(host, root)
    await checkFolder(host, folder)
  }

  return {
    folder,
    check,
    findKey,
    async read(name) {
      await check()
      const status = await host.lstat?.(locate(name))
      if (status && !isPrivate(status)) return undefined
      const bytes = await host.readFile(locate(name))
      if (!bytes) return undefined
      const text = new TextDecoder().decode(bytes)
      const key = await findKey()
      return key ? (await import('./sealing.ts')).openText(key, name, text) : text
    },
    async write(name, entry) {
      await check()
      const key = await findKey()
      const text = key ? await (await import('./sealing.ts')).sealText(key, name, entry, host) : entry
      await host.writeFile(locate(name), new TextEncoder().encode(text), { mode: FILE_MODE })
    },
    withLock: (name, work, signal) => host.withLock(locate(name), work, signal),
  }
}

/** Sessions that are sealed here are not left in the open elsewhere. */
export function isSealed({ env }: Host): boolean {
  return readVariable(env, 'ROLECALL_STORE_KEY') !== undefined
}

/** A link, another user's entry, one that others can read: not ours, and replaced by the next write. */
function isPrivate({ kind, isOwn, mode }: FileStatus): boolean {
  return kind === 'file' && isOwn && (mode & OTHERS_MAY_ANYTHING) === 0
}

async function checkFolder(host: Host, path: string): Promise<void> {
  const status = await host.lstat?.(path).catch((error: unknown) => {
    throw folderFault(path, `cannot be looked at${errorCode(error)}`, 'Name another with ROLECALL_STORE_DIR')
  })
  if (!status) return
  const { kind, isOwn, mode } = status
  if (kind !== 'folder') throw folderFault(path, 'is no folder', 'Remove it')
  if (!isOwn) throw folderFault(path, 'is of another user', 'Name another with ROLECALL_STORE_DIR')
  if (mode & OTHERS_MAY_WRITE && !(mode & STICKY))
    throw folderFault(path, 'is one that others may write to', `Run chmod go-w ${path}`)
}

export function folderFault(folder: string, fault: string, remedy: string): CredentialsError {
  const problem = `the folder of the shared store ${fault}: ${folder}`
  return new CredentialsError(problem, { code: 'FILE_UNREADABLE', source: SOURCE, remedy, location: { file: folder } })
}
