/** Parts of files, as callers write them and as HTTP does. */
import { invalid } from './errors.ts'
import type { ReadOptions } from './files.ts'

/**
 * As HTTP writes it. Without a start past 0 or an end there is none: an empty file has no first byte.
 *
 * @throws S3FilesError `EINVAL`.
 */
export function rangeHeader(range: ReadOptions['range'], path: string): string | undefined {
  if (!range) return undefined
  const { start, end } = range
  const isPosition = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
  if (!isPosition(start) || (end !== undefined && (!isPosition(end) || end < start)))
    throw invalid('a range is no pair of positions', 'Give start and end in bytes from 0, end not before start', path)
  return start === 0 && end === undefined ? undefined : `bytes=${start}-${end ?? ''}`
}
