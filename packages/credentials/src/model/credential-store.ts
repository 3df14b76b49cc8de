/**
 * Where sessions are kept for later calls and for other processes. `store: 'shared'` is one of these, on the files of this
 * machine; one of your own may be anywhere. Entries hold secrets.
 */
export interface CredentialStore {
  /** The newest entry of this name, whole; undefined where there is none. */
  read(name: string): Promise<string | undefined>
  /** Replaces it in one step: a reader sees the old entry or the new one. */
  write(name: string, entry: string): Promise<void>
  /**
   * Does the work while nobody else does work under this name. An optimisation: where no lock can be had, the work is done
   * without.
   */
  withLock<T>(name: string, work: () => Promise<T>, signal: AbortSignal): Promise<T>
}
