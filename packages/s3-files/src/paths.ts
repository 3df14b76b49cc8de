/** Paths as people write them, and the keys they stand for: `/dir/file` is the key `dir/file`, `/` is every key. */
import { invalid, S3FilesError } from './errors.ts'

/** Of UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024

const LONE_SURROGATE = /\p{Surrogate}/u

export function isDirPath(path: string): boolean {
  return path.endsWith('/')
}

/** @throws S3FilesError `EINVAL`, `ENAMETOOLONG`. */
export function keyOf(path: string): string {
  if (typeof path !== 'string' || !path.startsWith('/'))
    throw invalid('a path begins with a slash', 'Write it as /dir/file', typeof path === 'string' ? path : undefined)
  if (LONE_SURROGATE.test(path)) throw invalid('a path holds half a character', 'Give well-formed text', path)
  const key = path.slice(1)
  const sizeBytes = Buffer.byteLength(key)
  if (sizeBytes <= MAX_KEY_BYTES) return key
  throw new S3FilesError(`a path of ${sizeBytes} bytes is too long for a key`, {
    code: 'ENAMETOOLONG',
    remedy: `Use at most ${MAX_KEY_BYTES} bytes`,
    path,
  })
}

/** @throws S3FilesError as {@link keyOf}, and `EISDIR`. */
export function fileKey(path: string): string {
  const key = keyOf(path)
  if (!isDirPath(path)) return key
  throw new S3FilesError(`${path}: it is a directory`, { code: 'EISDIR', remedy: 'Name a file in it', path })
}

/** @throws S3FilesError as {@link keyOf}, and `EINVAL` without the slash at the end. */
export function dirPrefix(path: string): string {
  const key = keyOf(path)
  if (isDirPath(path)) return key
  throw invalid(`${path}: it is no directory`, 'End the path of a directory with a slash', path)
}

export function pathOf(key: string): string {
  return `/${key}`
}

/**
 * The keys of a copy: both of files or both of directories, and no directory into itself.
 *
 * @throws S3FilesError `EINVAL`.
 */
export function transferKeys(from: string, to: string): { readonly from: string; readonly to: string } {
  const keys = { from: keyOf(from), to: keyOf(to) }
  if (isDirPath(from) !== isDirPath(to))
    throw invalid(`${from}: a file and a directory, ${to}`, 'End both paths with a slash, or neither', from)
  if (from === to) throw invalid(`${from}: source and target are the same`, 'Name another target', from)
  if (isDirPath(from) && to.startsWith(from))
    throw invalid(`${to}: it lies in ${from}`, 'Name a target outside of it', from)
  return keys
}

/** Stores sort keys by their bytes; so are listings. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
