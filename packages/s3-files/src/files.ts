/**
 * A bucket as a file system: paths begin with a slash, a directory ends in one, and a prefix is a directory.
 *
 * Every method rejects with an `S3FilesError` by code, with the signal's reason after an abort, and with a
 * `CredentialsError` where no credentials are found.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export interface Files {
  /**
   * What a directory holds, in the order of the keys' bytes; with `recursive` all files below it, and those directories
   * that have a key of their own. As many as there are.
   *
   * @throws S3FilesError `ENOENT` for a directory that is not there. The root always is.
   */
  list(path: string, options?: ListOptions): AsyncIterable<Entry>
  /** @throws S3FilesError `ENOENT`, `EISDIR`; `EINVAL` for a range that begins past the end. */
  read(path: string, options?: ReadOptions): Promise<Uint8Array>
  /** Throws as {@link read}, when it is iterated. To stop early, leave the loop: that ends the request. */
  readStream(path: string, options?: ReadOptions): AsyncIterable<Uint8Array>
  /**
   * In one request: all of it, or nothing.
   *
   * @throws S3FilesError `EISDIR`; `EEXIST` for `ifNoneMatch`, `ESTALE` or `ENOENT` for `ifMatch`; `EFBIG` above 5 GiB.
   */
  write(path: string, data: string | Uint8Array, options?: WriteOptions): Promise<Written>
  /**
   * Of any length, in parts; seen when all of them are there. When it fails or is aborted, the parts are removed.
   *
   * @throws S3FilesError `EISDIR`; `EFBIG` for more than 10,000 parts. What the source throws, as it is.
   */
  writeStream(path: string, source: AsyncIterable<Uint8Array>, options?: StreamOptions): Promise<Written>
  /** Quiet where it is there already. @throws S3FilesError `EINVAL` without the slash at the end. */
  createDir(path: string, options?: Abortable): Promise<void>
  /** A file, quietly where there is none; or a directory and all below it. @throws S3FilesError `ENOENT` for a directory. */
  remove(path: string, options?: Abortable): Promise<void>
  /**
   * A file to a file, over what is there, or a directory with all below it.
   *
   * @throws S3FilesError `ENOENT`; `EINVAL` for a file and a directory, a path onto itself, or a directory into itself.
   */
  copy(from: string, to: string, options?: Abortable): Promise<void>
  /**
   * Copies, then removes: a file at a time, not as a whole.
   *
   * @throws S3FilesError `EEXIST` where the target is there, and as {@link copy}.
   */
  rename(from: string, to: string, options?: Abortable): Promise<void>
  /** A directory exists when any key has it. */
  exists(path: string, options?: Abortable): Promise<boolean>
  /** @throws S3FilesError `ENOENT`. */
  stat(path: string, options?: Abortable): Promise<Stat>
}

export interface Abortable {
  /** Ends the wait and the requests; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

export interface ListOptions extends Abortable {
  readonly recursive?: boolean | undefined
}

export interface ReadOptions extends Abortable {
  /** In bytes from 0; `end` is inclusive, as in HTTP, and may lie past the end of the file. */
  readonly range?: { readonly start: number; readonly end?: number | undefined } | undefined
}

export interface WriteOptions extends Abortable {
  /** Default: application/octet-stream. */
  readonly contentType?: string | undefined
  /** `*`: only where there is no such file. */
  readonly ifNoneMatch?: '*' | undefined
  /** Only over the file with this ETag. */
  readonly ifMatch?: string | undefined
}

export interface StreamOptions extends Abortable {
  /** Default: application/octet-stream. */
  readonly contentType?: string | undefined
  /** What the source will give, where that is known: for `onProgress`, and for larger parts above 10,000 of them. */
  readonly sizeBytes?: number | undefined
  /** Told after each part. What it throws ends the transfer. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

export interface Progress {
  readonly sentBytes: number
  /** Where `sizeBytes` was given. */
  readonly totalBytes?: number
}

export interface Written {
  /** Of what was written, in its quotes. */
  readonly etag: string
}

export interface Entry {
  readonly path: string
  readonly type: 'file' | 'directory'
  /** Of files. */
  readonly sizeBytes?: number
  /** Of files, in its quotes. */
  readonly etag?: string
  /** Of files. */
  readonly modified?: Date
}

export interface Stat {
  readonly path: string
  readonly type: 'file' | 'directory'
  /** 0 for a directory. */
  readonly sizeBytes: number
  /** In its quotes. Of a directory only where it has a key of its own. */
  readonly etag: string | undefined
  /** Of a directory only where it has a key of its own. */
  readonly modified: Date | undefined
}
