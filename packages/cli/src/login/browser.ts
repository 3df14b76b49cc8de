/** The browser of the person at this machine. */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** The program that opens an address, and its arguments before that. */
export type Opener = readonly [program: string, ...before: string[]]

/** A window appears where one of these is set. The last one names a browser for terminals. */
const DISPLAYS = ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME', 'BROWSER']
/** Over ssh the browser would open in front of nobody. */
const REMOTE = ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY']

/** Undefined where nobody would see a browser that opens. */
export function findOpener(env: Env, platform: string): Opener | undefined {
  if (REMOTE.some((name) => env[name])) return undefined
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  if (platform === 'darwin') return ['open']
  return DISPLAYS.some((name) => env[name]) && isOnPath('xdg-open', env) ? ['xdg-open'] : undefined
}

/** Does not wait for it. @param onFailed told where the browser could not be opened. */
export function openBrowser([program, ...before]: Opener, address: string, onFailed: () => void): void {
  const child = spawn(program, [...before, address], { stdio: 'ignore', detached: true })
  child.once('error', onFailed)
  child.once('exit', (status) => status !== 0 && onFailed())
  child.unref()
}

function isOnPath(program: string, { PATH = '' }: Env): boolean {
  return PATH.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
