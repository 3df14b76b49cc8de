/**
 * The world as Node.js shows it: only this file and those of `node/` know Node. Its modules are got where they are used: to import
 * `node:fs` costs each start 4 ms, to ask the process for it nothing. What writes files and holds locks is loaded when a sign-in
 * or a store is kept.
 */
import type { Host } from './model/host.ts'
import { keychain } from './node/keychain.ts'
import { lstat } from './node/lstat.ts'
import { decryptTripleDes, sha1 } from './node/old-ciphers.ts'
import { readFile } from './node/read-file.ts'

/** Node's timers take what is longer for 1 ms. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The world of this process. Spread it and replace members to see or steer what the library does. */
export function nodeHost(): Host {
  return {
    env: process.env,
    platform: process.platform,
    get homeDir() {
      return readHomeDir()
    },
    readFile,
    writeFile: async (...file) => (await import('./node/write-file.ts')).writeFile(...file),
    removeFile: async (path) => (await import('./node/write-file.ts')).removeFile(path),
    lstat,
    listDir: async (path) => (await import('./node/write-file.ts')).listDir(path),
    withLock: async (...guarded) => (await import('./node/lock.ts')).withLock(...guarded),
    fetch: async (...request) => (await import('./node/fetch.ts')).fetchFromNode(...request),
    run: async (...command) => (await import('./node/run.ts')).run(...command),
    keychain,
    oldCiphers: { sha1, decryptTripleDes },
    readStdinLine: async () => (await import('./node/read-stdin.ts')).readStdinLine(),
    now: Date.now,
    sleep,
    random: Math.random,
    randomUuid: () => crypto.randomUUID(),
  }
}

function readHomeDir(): string | undefined {
  try {
    return process.getBuiltinModule('node:os').homedir() || undefined
  } catch {
    return undefined
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', stop)
        resolve()
      },
      Math.min(milliseconds, MAX_TIMER_MS),
    )
    signal.addEventListener('abort', stop, { once: true })
  })
}
