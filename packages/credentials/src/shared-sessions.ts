/**
 * The sessions in the shared store, to be looked at and thrown away: `@rolecall/credentials/store`.
 *
 * @module
 */
import { errorCode } from './clients/file-error.ts'
import type { CredentialsErrorCode } from './errors.ts'
import { joinPath } from './formats/paths.ts'
import { maskKeyId } from './model/credentials.ts'
import type { Host } from './model/host.ts'
import { nodeHost } from './node.ts'
import { parseEntry, toKeys } from './store/entry.ts'
import { folderFault, openSharedStore, type SharedStore } from './store/shared-store.ts'

/** Never holds a secret. */
export interface SharedSession {
  /** `assume-role`, `web-identity`, `sso`, `mfa`, `roles-anywhere`; `sealed` where the key at hand, or none, does not open it. */
  readonly kind: string
  /** The role, or the device; empty where the entry is sealed. */
  readonly subject: string
  /** Masked. undefined where only a failure is remembered. */
  readonly accessKeyId: string | undefined
  readonly expiration: Date | undefined
  /** Of the last attempt, where that failed. */
  readonly failure: { readonly code: CredentialsErrorCode; readonly at: Date } | undefined
  readonly file: string
  /** Where the key is that opens it: `the keychain`, a file, a variable. undefined where it is not sealed, or not opened. */
  readonly keyIn: string | undefined
}

/**
 * Entries that are damaged, or of another version, are none.
 *
 * @throws CredentialsError `CONFIG_INVALID` where nobody knows the folder or `ROLECALL_STORE_KEY` names no key,
 * `FILE_UNREADABLE` where the folder is not this user's alone.
 */
export async function listSharedSessions(host: Host = nodeHost()): Promise<SharedSession[]> {
  const store = open(host)
  const names = await listEntries(host, store)
  const keyIn = (await store.findKey())?.keptIn
  const sessions = await Promise.all(names.map((name) => look(host, store, name, keyIn)))
  return sessions.filter((session) => session !== undefined)
}

/**
 * Removes every entry, and what was written of them to the AWS CLI's cache. Programs that hold a session in memory go on
 * with it.
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
  const { removeAwsCliSessions } = await import('./store/aws-cli-cache.ts')
  return new Set([...files.map(idOf), ...(await removeAwsCliSessions(host))]).size
}

const ENDING = '.json'

function open(host: Host): SharedStore {
  return openSharedStore({ host, signal: new AbortController().signal })
}

async function look(
  host: Host,
  store: SharedStore,
  name: string,
  keyIn: string | undefined,
): Promise<SharedSession | undefined> {
  const id = idOf(name)
  const file = joinPath(host.platform, store.folder, name)
  const text = await store.read(id)
  const entry = text === undefined ? undefined : parseEntry(id, text)
  if (!entry) {
    const { isSealedText } = await import('./store/sealing.ts')
    const bytes = await host.readFile(file).catch(() => undefined) // another user's, or a folder
    if (!bytes || !isSealedText(new TextDecoder().decode(bytes))) return undefined
    const nothing = { accessKeyId: undefined, expiration: undefined, failure: undefined, keyIn: undefined }
    return { kind: 'sealed', subject: '', ...nothing, file }
  }
  const { kind, subject, keys, failure, refusal } = entry
  const at = refusal?.fromMs ?? failure?.atMs
  const code = refusal?.code ?? failure?.code
  return {
    kind,
    subject,
    accessKeyId: keys && maskKeyId(keys.accessKeyId),
    expiration: keys && toKeys(keys).expiration,
    failure: code && at !== undefined ? { code, at: new Date(at) } : undefined,
    file,
    keyIn,
  }
}

const idOf = (name: string): string => name.slice(0, -ENDING.length)

async function listEntries(host: Host, store: SharedStore): Promise<string[]> {
  await store.check()
  const names = await host.listDir(store.folder).catch((error: unknown) => {
    throw folderFault(store.folder, `cannot be listed${errorCode(error)}`, 'Check who may read it')
  })
  return names.filter((name) => name.endsWith(ENDING)).sort()
}
