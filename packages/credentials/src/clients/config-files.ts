/**
 * The shared config and credentials files: where they are, and both read as one.
 *
 * Reads   AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE; HOME and the like for `~/.aws`
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { parseIni } from '../formats/ini.ts'
import { expandHome, joinPath, readHome } from '../formats/paths.ts'
import { isSecretText } from '../formats/secret-text.ts'
import { mergeSharedConfig, type ParsedFile } from '../formats/shared-config.ts'
import { readVariable } from '../formats/variable.ts'
import type { Host } from '../model/host.ts'
import type { SharedConfig } from '../model/shared-config.ts'
import { errorCode } from './file-error.ts'

const MAX_FILE_BYTES = 1024 * 1024
const CONFIG_FILE = ['AWS_CONFIG_FILE', 'config'] as const
const CREDENTIALS_FILE = ['AWS_SHARED_CREDENTIALS_FILE', 'credentials'] as const

/** Files named in code: unlike those of the variables they must exist. */
export interface ConfigFileNames {
  readonly configFile?: string | undefined
  readonly credentialsFile?: string | undefined
}

/**
 * A file that is not there is empty, unless it is named in `files`.
 *
 * @throws CredentialsError `CONFIG_INVALID` with file and line, `FILE_UNREADABLE`, `FILE_MISSING`.
 */
export async function loadSharedConfig(host: Host, files: ConfigFileNames = {}): Promise<SharedConfig> {
  const [config, credentials] = await Promise.all([
    readFile(host, files.configFile, CONFIG_FILE),
    readFile(host, files.credentialsFile, CREDENTIALS_FILE),
  ])
  return mergeSharedConfig(config, credentials)
}

/** Where the files are, or would be; undefined where no variable names one and there is no home folder. */
export function locateSharedConfig(host: Pick<Host, 'env' | 'platform' | 'homeDir'>): {
  readonly config: string | undefined
  readonly credentials: string | undefined
} {
  return {
    config: locateFile(host, undefined, ...CONFIG_FILE),
    credentials: locateFile(host, undefined, ...CREDENTIALS_FILE),
  }
}

async function readFile(
  host: Host,
  named: string | undefined,
  [variable, name]: readonly [variable: string, name: string],
): Promise<ParsedFile> {
  const path = locateFile(host, named, variable, name)
  if (path === undefined) return { path: '', sections: [] }
  if (isSecretText(path)) throw fail('CONFIG_INVALID', `the name of the ${name} file is no path`, 'Name the file')

  const bytes = await host.readFile(path).catch((error: unknown) => {
    const remedy = 'Make it a regular file of at most 1 MiB that you may read'
    throw fail('FILE_UNREADABLE', `${path} cannot be read${errorCode(error)}`, remedy, path)
  })
  if (!bytes && named !== undefined)
    throw fail('FILE_MISSING', `${path} does not exist`, 'Name a file that is there', path)
  if (!bytes) return { path, sections: [] }
  if (bytes.byteLength > MAX_FILE_BYTES)
    throw fail('CONFIG_INVALID', `${path} is larger than 1 MiB`, 'Name the right file', path)
  return { path, sections: parseIni(decodeConfig(bytes, path), path) }
}

function locateFile(
  host: Pick<Host, 'env' | 'platform' | 'homeDir'>,
  named: string | undefined,
  variable: string,
  name: string,
): string | undefined {
  const path = named ?? readVariable(host.env, variable)
  if (path !== undefined) return expandHome(path, host)
  const home = readHome(host)
  return home === undefined ? undefined : joinPath(host.platform, home, '.aws', name)
}

/** A byte order mark stays: it is white space. */
export function decodeConfig(bytes: Uint8Array, path: string): string {
  if (bytes.length < 4096 && bytes.every((byte) => byte < 0x80)) return String.fromCharCode(...bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw fail('CONFIG_INVALID', `${path} is not UTF-8 text`, 'Save it as UTF-8', path)
  }
}

function fail(code: CredentialsErrorCode, problem: string, remedy: string, file?: string): CredentialsError {
  return new CredentialsError(problem, { code, source: 'profile', remedy, location: file ? { file } : undefined })
}
