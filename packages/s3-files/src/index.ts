export { type BucketLocation, parseBucketLocation } from './bucket-location.ts'
export { createS3Files, type S3Files, type S3FilesOptions } from './create-s3-files.ts'
export {
  type FileErrorCode,
  isS3FilesError,
  type RefusedIdentity,
  S3FilesError,
  type S3FilesErrorOptions,
} from './errors.ts'
export type {
  Abortable,
  Entry,
  Files,
  ListOptions,
  Progress,
  ReadOptions,
  Stat,
  StreamOptions,
  WriteOptions,
  Written,
} from './files.ts'
export type { KeyProvider } from './keys.ts'
export { type LivebookCredentials, toLivebook } from './livebook.ts'
export type { BucketRegion } from './region.ts'
