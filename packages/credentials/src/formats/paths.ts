import type { Host } from '../model/host.ts'
import { readVariable } from './variable.ts'

/** The home folder as the AWS tools find it: the Windows variables count on Windows only. */
export function readHome(host: Pick<Host, 'env' | 'platform' | 'homeDir'>): string | undefined {
  const { env, platform } = host
  const home = readVariable(env, 'HOME')
  if (home !== undefined) return home
  if (platform !== 'win32') return host.homeDir // asked last: to find it out costs a start half a millisecond
  const drive = readVariable(env, 'HOMEDRIVE')
  const path = readVariable(env, 'HOMEPATH')
  return readVariable(env, 'USERPROFILE') ?? (drive && path ? drive + path : host.homeDir)
}

/** Joined with the separator of the host's platform, not of this process. */
export function joinPath(platform: string, ...parts: string[]): string {
  const separator = platform === 'win32' ? '\\' : '/'
  return parts.map((part, index) => (index < parts.length - 1 ? part.replace(/[/\\]+$/, '') : part)).join(separator)
}

/** Replaces a leading `~` by the home folder. `~user` and a home that nobody knows stay as they are. */
export function expandHome(path: string, host: Pick<Host, 'env' | 'platform' | 'homeDir'>): string {
  if (path !== '~' && !/^~[/\\]/.test(path)) return path
  const home = readHome(host)
  return home === undefined ? path : home + path.slice(1)
}
