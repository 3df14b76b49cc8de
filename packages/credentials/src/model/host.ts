/**
 * The one injected world: everything the library may learn from, or do to, what surrounds it.
 * Spread `nodeHost()` and replace members to see or steer every read, request and wait.
 */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>
  /** As in `process.platform`. */
  readonly platform: string
  /** As from `os.homedir()`: used where HOME and the like are not set. */
  readonly homeDir: string | undefined
  /** A whole file, or `undefined` where there is no such file. Anything else rejects. */
  readFile(path: string): Promise<Uint8Array | undefined>
  /** Atomic: a reader sees the old file or the new one. Creates the folders that are missing, with mode 0700. */
  writeFile(path: string, data: Uint8Array, options: { mode: number }): Promise<void>
  /** Quiet where there is no such file. */
  removeFile(path: string): Promise<void>
  /** What a path is, links not followed; undefined where there is nothing. A host without it cannot tell. */
  lstat?(path: string): Promise<FileStatus | undefined>
  /** Names in a folder; none where there is no such folder. */
  listDir(path: string): Promise<string[]>
  /**
   * Does the work while no other process of this user does work under the same path. An optimisation: what the work
   * relies on it reads after it has begun, since a lock that cannot be had in time, or at all, is done without.
   */
  withLock<T>(path: string, work: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** All traffic, link-local included. */
  fetch(url: string, init: Outgoing): Promise<Response>
  /** Runs a line in the platform's shell. An abort kills the whole process group. */
  run(command: Command, signal: AbortSignal): Promise<CommandResult>
  /** Secrets that the platform keeps for this user. */
  readonly keychain?: Keychain
  /** What only old files ask for. A host without it opens none of those. */
  readonly oldCiphers?: OldCiphers
  /** The first line of standard input; undefined where there is none. */
  readStdinLine?(): Promise<string | undefined>
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Rejects with the signal's reason when it aborts. Every deadline and back-off is one of these. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
  /** At least 0 and less than 1. */
  random(): number
  randomUuid(): string
}

export type Outgoing = RequestInit & {
  signal: AbortSignal
  /** Certificates to trust instead of the platform's, as PEM. */
  ca?: string
}

export interface FileStatus {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** It belongs to the user of this process. */
  readonly isOwn: boolean
  /** The nine permission bits and the sticky one; 0o600 where the platform has others. */
  readonly mode: number
  /** Epoch milliseconds. */
  readonly modifiedMs: number
  /** The same for the file as a whole, its name and mode too: who copies an old file over it moves only this. */
  readonly changedMs?: number
}

/** Rejects where there is no keychain, or where it is locked. May never settle where a person is asked. */
export interface Keychain {
  /** undefined where nothing is kept under this name. */
  read(name: string): Promise<string | undefined>
  write(name: string, secret: string): Promise<void>
}

export interface OldCiphers {
  /** At once: thousands of them are worked out one after the other. */
  sha1(bytes: Uint8Array): Uint8Array
  /**
   * Triple DES in CBC mode, for a key of 24 bytes; undefined where the padding shows that it is another. Throws where the
   * platform does not have it.
   */
  decryptTripleDes(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | undefined
}

export interface Command {
  readonly line: string
  /** Added to the variables of this process; `undefined` takes one out. */
  readonly env?: Record<string, string | undefined>
  /** More output than this is an error. Default: 64 KiB. */
  readonly maxOutputBytes?: number
}

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}
