/** Failures that have no answer of a store behind them, or one that does not say so. */
import { isS3FilesError, S3FilesError } from './errors.ts'
import { isDirPath } from './paths.ts'

export function missing(path: string): S3FilesError {
  const what = isDirPath(path) ? 'directory' : 'file'
  return new S3FilesError(`${path}: there is no such ${what}`, { code: 'ENOENT', remedy: 'Check the path', path })
}

/** @param answer of the store, where it noticed. */
export function alreadyThere(path: string, answer: Partial<S3FilesError> = {}): S3FilesError {
  const { s3Code, status, requestId } = answer
  const remedy = 'Choose another name, or remove it first'
  return new S3FilesError(`${path}: it is there already`, { code: 'EEXIST', remedy, path, s3Code, status, requestId })
}

/** A condition that did not hold, where the condition was that there is no such file. */
export function existsAlready(error: unknown, path: string): unknown {
  return isS3FilesError(error) && error.status === 412 ? alreadyThere(path, error) : error
}

export function changed(path: string): S3FilesError {
  const remedy = 'Read it again, then write'
  return new S3FilesError(`${path}: it is no longer what it was`, { code: 'ESTALE', remedy, path })
}

export function pastEnd(path: string): S3FilesError {
  const remedy = 'Ask stat for the size'
  return new S3FilesError(`${path}: the range begins past the end`, { code: 'EINVAL', remedy, path })
}

/** An answer of 200 may hold nothing. */
export function unfinished(path: string, status: number | undefined): S3FilesError {
  return new S3FilesError(`${path}: the store says neither that it is done nor that it is not`, {
    code: 'EIO',
    remedy: 'Look at it, and try again',
    path,
    status,
  })
}

/** A web page of a proxy, a portal or another server may be an answer of 200 too. */
export function notOfS3(path: string | undefined, status: number | undefined): S3FilesError {
  return new S3FilesError(`${path ?? 'the bucket'}: the answer is none of an S3 store`, {
    code: 'EIO',
    remedy: 'Check bucketUrl, and what stands between here and the store',
    path,
    status,
  })
}

export function noBytes(path: string): S3FilesError {
  const remedy = 'Give chunks of Uint8Array'
  return new S3FilesError(`${path}: the source gives something else than bytes`, { code: 'EINVAL', remedy, path })
}
