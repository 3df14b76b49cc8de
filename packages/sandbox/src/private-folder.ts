import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that only this user can look into, there from the first file on. */
export interface PrivateFolder {
  /** Returns where it is. */
  write(name: string, text: string): Promise<string>
  remove(): Promise<void>
}

export function createPrivateFolder(): PrivateFolder {
  let made: Promise<string> | undefined
  return {
    write: async (name, text) => {
      made ??= mkdtemp(join(tmpdir(), 'rolecall-sandbox-'))
      const path = join(await made, name)
      await writeFile(path, text, { mode: 0o600 })
      return path
    },
    remove: async () => {
      const path = await made
      if (path !== undefined) await rm(path, { recursive: true, force: true })
    },
  }
}
