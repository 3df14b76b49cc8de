/**
 * Sessions that go to and fro between this library, the AWS CLI and boto3, by the files of `~/.aws/cli/cache`.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html#cli-configure-role-cache
 * @module
 */
import { sha1Hex } from '../clients/digest.ts'
import { errorCode } from '../clients/file-error.ts'
import { CredentialsError } from '../errors.ts'
import { formatAwsCliEntry, readAwsCliEntry, readOwner } from '../formats/aws-cli-cache.ts'
import { type JsonObject, parseJsonObject } from '../formats/json.ts'
import { joinPath, readHome } from '../formats/paths.ts'
import type { Host } from '../model/host.ts'
import type { AwsCliSession } from '../model/sessions.ts'
import { type StoredKeys, toKeys, toStoredKeys } from './entry.ts'

const FILE_MODE = 0o600
const ENDING = '.json'

/**
 * @param id of the session that is asked for.
 * @returns undefined where there is none, or where it may be somebody else's.
 */
export async function readAwsCliSession(
  host: Host,
  id: string,
  session: AwsCliSession,
): Promise<StoredKeys | undefined> {
  const path = await locate(host, session)
  if (!path) return undefined
  try {
    const status = await host.lstat?.(path)
    if (!status?.isOwn || status.kind !== 'file') return undefined
    for (const file of session.decidedBy) {
      const decided = await host.lstat?.(file)
      if (decided?.kind !== 'file' || (decided.changedMs ?? decided.modifiedMs) >= status.modifiedMs) return undefined
    }
    const entry = await readEntry(host, path)
    if (!entry || (readOwner(entry) ?? id) !== id || !session.isOurs(entry)) return undefined
    const keys = readAwsCliEntry(entry)
    return keys && toStoredKeys(keys, status.modifiedMs)
  } catch {
    return undefined // it is a cache: what cannot be read is not there
  }
}

/** Leaves another's session that the AWS CLI would not find again. Rejects as the host does. */
export async function writeAwsCliSession(
  host: Host,
  id: string,
  session: AwsCliSession,
  keys: StoredKeys,
): Promise<void> {
  const path = await locate(host, session)
  if (!path || keys.expiresAtMs === undefined) return
  const there = await readEntry(host, path).catch(() => undefined)
  if (there && readOwner(there) === undefined && !session.isOurs(there)) return
  const text = formatAwsCliEntry(toKeys(keys), id, session.fields)
  await host.writeFile(path, new TextEncoder().encode(text), { mode: FILE_MODE })
}

/**
 * Removes what this library has written, and nothing of the AWS CLI's own.
 *
 * @returns the ids of the sessions. Throws CredentialsError `FILE_UNREADABLE` where one cannot be removed.
 */
export async function removeAwsCliSessions(host: Host): Promise<string[]> {
  const folder = locateFolder(host)
  if (!folder) return []
  const names = await host.listDir(folder).catch((error: unknown) => {
    throw unreadable(`${folder} cannot be listed${errorCode(error)}`, folder)
  })
  const removed: string[] = []
  for (const name of names) {
    const path = joinPath(host.platform, folder, name)
    const entry = name.endsWith(ENDING) ? await readEntry(host, path).catch(() => undefined) : undefined
    const owner = entry && readOwner(entry)
    if (owner === undefined) continue
    await host.removeFile(path).catch((error: unknown) => {
      throw unreadable(`the session in ${path} cannot be removed${errorCode(error)}`, path)
    })
    removed.push(owner)
  }
  return removed
}

function unreadable(problem: string, file: string): CredentialsError {
  const remedy = 'Check who may read it, and write to its folder'
  return new CredentialsError(problem, { code: 'FILE_UNREADABLE', source: 'store', remedy, location: { file } })
}

async function readEntry(host: Host, path: string): Promise<JsonObject | undefined> {
  const bytes = await host.readFile(path)
  return bytes && parseJsonObject(new TextDecoder().decode(bytes))
}

async function locate(host: Host, { key }: AwsCliSession): Promise<string | undefined> {
  const folder = locateFolder(host)
  return folder && joinPath(host.platform, folder, `${await sha1Hex(key)}${ENDING}`)
}

function locateFolder(host: Host): string | undefined {
  const home = readHome(host)
  return home && joinPath(host.platform, home, '.aws', 'cli', 'cache')
}
