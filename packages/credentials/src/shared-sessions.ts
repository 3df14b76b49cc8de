/**
 * The sessions in the shared store, to be looked at and thrown away: `@rolecall/credentials/store`.
 *
 * @module
 */
import { errorCode } from './clients/file-error.ts'
import { joinPath } from './formats/paths.ts'
import { maskKeyId } from './model/credentials.ts'
import type { Host } from './model/host.ts'
import { nodeHost } from './node.ts'
import { parseEntry, toKeys } from './store/entry.ts'
import { folderFault, openSharedStore, type SharedStore } from './store/shared-store.ts'

/** What the entries are sealed with: `the keychain`, a file, a variable. undefined where they are not sealed. */
export async function findStoreKeyPlace(host: Host = nodeHost()): Promise<string | undefined> {
  return (await open(host).findKey())?.keptIn
}

/** Never holds a secret. */
export interface SharedSession {
  /** `assume-role`, `web-identity`, `sso`, `mfa`, `roles-anywhere`. */
  readonly kind: string
  /** The role, or the device. */
  readonly subject: string
  /** Masked. undefined where only a failure is remembered. */
  readonly accessKeyId: string | undefined
  readonly expiration: Date | undefined
  readonly file: string
}

/**
 * Entries that are damaged, or of another version, are none.
 *
 * @throws CredentialsError `CONFIG_INVALID` where nobody knows the folder, `FILE_UNREADABLE` where it is not this user's alone.
 */
export async function listSharedSessions(host: Host = nodeHost()): Promise<SharedSession[]> {
  const store = open(host)
  const sessions: SharedSession[] = []
  for (const file of await listEntries(host, store)) {
    const id = file.slice(0, -ENDING.length)
    const text = await store.read(id)
    const entry = text === undefined ? undefined : parseEntry(id, text)
    if (!entry) continue
    const { kind, subject, keys } = entry
    sessions.push({
      kind,
      subject,
      accessKeyId: keys && maskKeyId(keys.accessKeyId),
      expiration: keys && toKeys(keys).expiration,
      file: joinPath(host.platform, store.folder, file),
    })
  }
  return sessions
}

/**
 * Removes every entry. Programs that hold a session in memory go on with it.
 *
 * @returns how many there were. Throws as {@link listSharedSessions}, and `FILE_UNREADABLE` where one cannot be removed.
 */
export async function clearSharedSessions(host: Host = nodeHost()): Promise<number> {
  const store = open(host)
  const files = await listEntries(host, store)
  for (const file of files)
    await host.removeFile(joinPath(host.platform, store.folder, file)).catch((error: unknown) => {
      throw folderFault(store.folder, `cannot be emptied${errorCode(error)}`, 'Check who may write to it')
    })
  return files.length
}

const ENDING = '.json'

function open(host: Host): SharedStore {
  return openSharedStore({ host, signal: new AbortController().signal })
}

async function listEntries(host: Host, store: SharedStore): Promise<string[]> {
  await store.check()
  const names = await host.listDir(store.folder).catch((error: unknown) => {
    throw folderFault(store.folder, `cannot be listed${errorCode(error)}`, 'Check who may read it')
  })
  return names.filter((name) => name.endsWith(ENDING)).sort()
}
