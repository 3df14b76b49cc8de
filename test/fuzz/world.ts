import type { CommandResult, Host } from '../../packages/credentials/src/model/host.ts'

export interface World {
  readonly env?: Host['env']
  readonly files?: Readonly<Record<string, Uint8Array>>
  readonly printed?: CommandResult
  readonly answer?: () => Response
}

/** 2026-01-01T00:00:00Z, for ever. */
export const NOW = 1_767_225_600_000

const refuse = (): never => {
  throw new Error('no parser asks for this')
}

/** A world in memory, quickly made: the fuzzers need one for each input. No time goes by in it. */
export function createWorld({ env = {}, files = {}, printed, answer }: World): Host {
  return {
    env,
    platform: 'linux',
    homeDir: '/home/user',
    readFile: async (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    writeFile: refuse,
    removeFile: refuse,
    listDir: refuse,
    withLock: refuse,
    fetch: async () => answer?.() ?? refuse(),
    run: async () => printed ?? refuse(),
    now: () => NOW,
    sleep: (_milliseconds, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
    random: () => 0.5,
    randomUuid: () => '00000000-0000-4000-8000-000000000000',
  }
}
