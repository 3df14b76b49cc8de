/** Copies of the user's config files for a command that is to ask the server: SDKs look into files first. */
import { locateSharedConfig, nodeHost } from '@rolecall/credentials'
import { Failure } from '../failure.ts'
import type { PrivateFolder } from '../private-folder.ts'
import { withoutCredentials } from './silenced-config.ts'

/** Contents by the variable that names the file. */
export type ConfigCopies = Readonly<Record<'AWS_CONFIG_FILE' | 'AWS_SHARED_CREDENTIALS_FILE', Uint8Array>>

/** A file that is not there is empty. @throws Failure `FILE_UNREADABLE` */
export async function readConfigCopies(): Promise<ConfigCopies> {
  const { config, credentials } = locateSharedConfig(nodeHost())
  return { AWS_CONFIG_FILE: await read(config), AWS_SHARED_CREDENTIALS_FILE: await read(credentials) }
}

/** @returns the variables that name them. @throws Failure `OUTPUT_FAILED` */
export function writeConfigCopies(copies: ConfigCopies, folder: PrivateFolder): Record<string, string> {
  return {
    AWS_CONFIG_FILE: folder.write('config', copies.AWS_CONFIG_FILE),
    AWS_SHARED_CREDENTIALS_FILE: folder.write('credentials', copies.AWS_SHARED_CREDENTIALS_FILE),
  }
}

async function read(path: string | undefined): Promise<Uint8Array> {
  if (path === undefined) return new Uint8Array()
  try {
    return withoutCredentials((await nodeHost().readFile(path)) ?? new Uint8Array())
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    throw new Failure(`${path} cannot be read (${code})`, {
      code: 'FILE_UNREADABLE',
      source: 'exec',
      remedy: 'Make it a file that you may read, of at most 1 MiB',
      location: { file: path },
    })
  }
}
