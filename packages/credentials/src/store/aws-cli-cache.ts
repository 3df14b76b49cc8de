/**
 * Sessions that go to and fro between this library, the AWS CLI and boto3, by the files of `~/.aws/cli/cache`.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html#cli-configure-role-cache
 * @module
 */
import { sha1Hex } from '../clients/digest.ts'
import { formatAwsCliEntry, readAwsCliEntry } from '../formats/aws-cli-cache.ts'
import { parseJsonObject } from '../formats/json.ts'
import { joinPath, readHome } from '../formats/paths.ts'
import type { Host } from '../model/host.ts'
import type { AwsCliSession } from '../model/sessions.ts'
import { type StoredKeys, toKeys, toStoredKeys } from './entry.ts'

const FILE_MODE = 0o600

/** undefined where there is none, or where it may be somebody else's. */
export async function readAwsCliSession(host: Host, session: AwsCliSession): Promise<StoredKeys | undefined> {
  const path = await locate(host, session)
  if (!path) return undefined
  try {
    const status = await host.lstat?.(path)
    if (!status?.isOwn || status.kind !== 'file') return undefined
    for (const file of session.decidedBy) {
      const decided = await host.lstat?.(file)
      if (!decided || decided.modifiedMs >= status.modifiedMs) return undefined
    }
    const bytes = await host.readFile(path)
    const entry = bytes && parseJsonObject(new TextDecoder().decode(bytes))
    const keys = entry && session.isOurs(entry) ? readAwsCliEntry(entry) : undefined
    return keys && toStoredKeys(keys, status.modifiedMs)
  } catch {
    return undefined // it is a cache: what cannot be read is not there
  }
}

/** Rejects as the host does. */
export async function writeAwsCliSession(host: Host, session: AwsCliSession, keys: StoredKeys): Promise<void> {
  const path = await locate(host, session)
  if (!path || keys.expiresAtMs === undefined) return
  const text = formatAwsCliEntry(toKeys(keys), session.fields)
  await host.writeFile(path, new TextEncoder().encode(text), { mode: FILE_MODE })
}

async function locate(host: Host, { key }: AwsCliSession): Promise<string | undefined> {
  const home = readHome(host)
  return home && joinPath(host.platform, home, '.aws', 'cli', 'cache', `${await sha1Hex(key)}.json`)
}
