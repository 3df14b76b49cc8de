import { printable } from '@rolecall/credentials'

/** What went wrong, by the names of Node's file system. Stable: switch on these, never on messages. */
export type FileErrorCode =
  | 'ENOENT' // no such file, directory or bucket
  | 'EEXIST' // it is there already
  | 'EISDIR' // a directory, where a file is wanted
  | 'EINVAL' // an option, a path or a range that makes no sense
  | 'ENAMETOOLONG' // more than the 1,024 bytes that a key may have
  | 'EFBIG' // more than the store takes
  | 'EACCES' // the store knows who asks, or does not, and refused
  | 'ESTALE' // the file is no longer the one that ifMatch names
  | 'EAGAIN' // the store is too busy, or the file is being changed by somebody else
  | 'ENOTSUP' // this store cannot do that
  | 'EIO' // the store failed, or gave no answer

/** Who was refused. Holds no secret. */
export interface RefusedIdentity {
  /** Twelve digits, where they are known. */
  readonly accountId: string | undefined
  /** Where the keys came from: `env`, `profile`, `static`. */
  readonly source: string
  /** Masked. */
  readonly accessKeyId: string
}

export interface S3FilesErrorOptions {
  readonly code: FileErrorCode
  /** What the reader can do now: an imperative sentence without its full stop. */
  readonly remedy: string
  readonly path?: string | undefined
  readonly s3Code?: string | undefined
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  readonly identity?: RefusedIdentity | undefined
}

const BRAND = Symbol.for('@rolecall/s3-files/error')

/** A file operation failed. Its text holds no secret. */
export class S3FilesError extends Error {
  override readonly name = 'S3FilesError'
  readonly code: FileErrorCode
  /** Who says so: always `s3`. */
  readonly source = 's3'
  /** The problem alone: the message without the remedy. */
  readonly problem: string
  readonly remedy: string
  readonly path: string | undefined
  /** The store's own code, such as `NoSuchKey`. */
  readonly s3Code: string | undefined
  /** Of the HTTP answer. */
  readonly status: number | undefined
  /** What the store's operator finds the request by. */
  readonly requestId: string | undefined
  /** With `EACCES`: who was refused. */
  readonly identity: RefusedIdentity | undefined

  constructor(problem: string, options: S3FilesErrorOptions) {
    const shown = printable(problem)
    super(`${shown}. ${printable(options.remedy)}.`)
    this.code = options.code
    this.problem = shown
    this.remedy = `${printable(options.remedy)}.`
    this.path = options.path
    this.s3Code = options.s3Code
    this.status = options.status
    this.requestId = options.requestId
    this.identity = options.identity
    Object.defineProperty(this, BRAND, { value: true })
  }
}

/** True for the errors of every copy of this package in the process, unlike `instanceof`. */
export function isS3FilesError(error: unknown): error is S3FilesError {
  return error instanceof Error && (error as { [BRAND]?: unknown })[BRAND] === true
}

/** With a code and a remedy: an error of ours, of the credentials, or of a caller who speaks so too. */
export function explainsItself(error: unknown): boolean {
  const { code, remedy } = (error ?? {}) as { readonly code?: unknown; readonly remedy?: unknown }
  return error instanceof Error && typeof code === 'string' && typeof remedy === 'string'
}

/** An option, a path or a range that makes no sense, found before anything is asked. */
export function invalid(problem: string, remedy: string, path?: string): S3FilesError {
  return new S3FilesError(problem, { code: 'EINVAL', remedy, path })
}
