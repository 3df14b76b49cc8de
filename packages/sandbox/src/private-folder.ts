/** A private place on disk for the files that a sandbox writes. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder that only this user can look into, there from the first file on. */
export interface PrivateFolder {
  /** Returns where it is. Folders in the name are made, as private. */
  write(name: string, text: string): Promise<string>
  /** The same for a program that this user may run. */
  writeProgram(name: string, text: string): Promise<string>
  /** Where a file or folder of this name is, or would be. */
  path(name: string): Promise<string>
  remove(): Promise<void>
}

export function createPrivateFolder(): PrivateFolder {
  let made: Promise<string> | undefined
  const path = async (name: string): Promise<string> => {
    made ??= mkdtemp(join(tmpdir(), 'rolecall-sandbox-'))
    return join(await made, name)
  }
  const write = async (name: string, text: string, mode: number): Promise<string> => {
    const file = await path(name)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, text, { mode })
    return file
  }
  return {
    write: (name, text) => write(name, text, 0o600),
    writeProgram: (name, text) => write(name, text, 0o700),
    path,
    remove: async () => {
      const root = await made?.catch(() => undefined) // what could not be made is not there
      if (root !== undefined) await rm(root, { recursive: true, force: true })
    },
  }
}
