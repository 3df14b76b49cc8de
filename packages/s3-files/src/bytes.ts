/** What callers give to be written, in whatever shape it comes. */
import { invalid } from './errors.ts'
import { noBytes } from './failures.ts'

/** @throws S3FilesError `EINVAL` */
export function toBytes(data: string | Uint8Array, path: string): Uint8Array {
  if (typeof data === 'string') return new TextEncoder().encode(data)
  if (data instanceof Uint8Array) return data
  throw invalid('what is to be written is neither text nor bytes', 'Give a string or a Uint8Array', path)
}

/** Where chunks come from; those of an array are as good. */
export type Source = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** @throws S3FilesError `EINVAL` */
export function checkSource(source: Source, path: string): Source {
  const open = Object(source)[Symbol.asyncIterator] ?? Object(source)[Symbol.iterator]
  if (typeof source !== 'object' || typeof open !== 'function') throw noBytes(path)
  return source
}

export function openSource(source: Source): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}
