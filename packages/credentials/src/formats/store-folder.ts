/**
 * The folder of the shared store: ROLECALL_STORE_DIR, else `rolecall` in the user's cache folder.
 *
 * Source  https://specifications.freedesktop.org/basedir-spec/latest/
 *         https://github.com/sindresorhus/env-paths#pathscache
 * @module
 */
import type { Host } from '../model/host.ts'
import { expandHome, joinPath, readHome } from './paths.ts'
import { readVariable } from './variable.ts'

/** undefined where nobody knows the home folder. */
export function storeFolder(host: Pick<Host, 'env' | 'platform' | 'homeDir'>): string | undefined {
  const { env, platform } = host
  const named = readVariable(env, 'ROLECALL_STORE_DIR')
  if (named !== undefined) return expandHome(named, host)
  const cache = platform === 'win32' ? readVariable(env, 'LOCALAPPDATA') : readVariable(env, 'XDG_CACHE_HOME')
  if (cache !== undefined && platform !== 'darwin') return ofCache(platform, cache)
  const home = readHome(host)
  if (home === undefined) return undefined
  if (platform === 'darwin') return joinPath(platform, home, 'Library', 'Caches', 'rolecall')
  if (platform === 'win32') return ofCache(platform, joinPath(platform, home, 'AppData', 'Local'))
  return ofCache(platform, joinPath(platform, home, '.cache'))
}

function ofCache(platform: string, cache: string): string {
  return platform === 'win32' ? joinPath(platform, cache, 'rolecall', 'Cache') : joinPath(platform, cache, 'rolecall')
}
