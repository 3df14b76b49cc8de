/**
 * Adds a setting to a profile of the config file, as `aws configure set` and `aws login` do.
 *
 * Reads   AWS_CONFIG_FILE, then `~/.aws/config`
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { addToProfile } from '../formats/config-edit.ts'
import { isIdentifier, parseIni } from '../formats/ini.ts'
import { mergeSharedConfig } from '../formats/shared-config.ts'
import type { Host } from '../model/host.ts'
import { decodeConfig, locateSharedConfig } from './config-files.ts'
import { errorCode } from './file-error.ts'

const SOURCE = 'login'
const NEW_FILE_MODE = 0o600

export interface EditableProfile {
  readonly path: string
  /** Every other byte of the file stays, and its mode. @throws CredentialsError `CONFIG_INVALID`, `FILE_UNREADABLE`. */
  add(name: string, value: string): Promise<void>
}

/**
 * Finds out whether the profile can be written to, before anything is asked of a person.
 *
 * @throws CredentialsError `CONFIG_INVALID` for a name that no profile may have, and a file that is a link or of
 *   somebody else: it would be replaced.
 */
export async function openProfile(host: Host, profile: string, signal: AbortSignal): Promise<EditableProfile> {
  const path = locateSharedConfig(host).config
  if (path === undefined)
    throw fail('CONFIG_INVALID', 'nobody knows the home folder', 'Set HOME or AWS_CONFIG_FILE', path)
  if (!isIdentifier(profile))
    throw fail('CONFIG_INVALID', 'a profile may not have that name', 'Use letters, digits and -_./%@:+', path)
  await checkFile(host, path)

  const add = async (name: string, value: string): Promise<void> => {
    const mode = await checkFile(host, path)
    const bytes = await host.readFile(path)
    const before = bytes ? decodeConfig(bytes, path) : ''
    const after = addToProfile(before, profile, `${name} = ${value}`, path)
    if (readBack(after, path, profile, name) !== value)
      throw fail('CONFIG_INVALID', `${name} of profile ${profile} cannot be written`, 'Add it yourself', path)
    await host.writeFile(path, new TextEncoder().encode(after), { mode })
  }
  const addOrSay = (name: string, value: string): Promise<void> =>
    add(name, value).catch((error: unknown) => {
      signal.throwIfAborted()
      if (error instanceof CredentialsError) throw error
      const remedy = `Add ${name} = ${value} to profile ${profile} yourself`
      throw fail('FILE_UNREADABLE', `${path} cannot be written${errorCode(error)}`, remedy, path)
    })
  return { path, add: (name, value) => host.withLock(path, () => addOrSay(name, value), signal) }
}

/** @returns the mode that the file has, or gets. */
async function checkFile(host: Host, path: string): Promise<number> {
  const status = await host.lstat?.(path)
  if (!status) return NEW_FILE_MODE
  if (status.kind === 'file' && status.isOwn) return status.mode
  const what = status.kind === 'file' ? 'belongs to somebody else' : 'is no regular file'
  throw fail('CONFIG_INVALID', `${path} ${what}: it is not written to`, 'Name your own file in AWS_CONFIG_FILE', path)
}

function readBack(text: string, path: string, profile: string, name: string): string | undefined {
  const { profiles } = mergeSharedConfig({ path, sections: parseIni(text, path) }, { path, sections: [] })
  return profiles[profile]?.[name]
}

function fail(code: CredentialsErrorCode, problem: string, remedy: string, file: string | undefined): CredentialsError {
  return new CredentialsError(problem, { code, source: SOURCE, remedy, location: file === undefined ? file : { file } })
}
