/** How much is moved at once. */
import { invalid } from './errors.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_PARTS = 10_000
const MIN_PART_BYTES = 5 * 1024 * 1024
const MAX_COPY_BYTES = 5 * 1024 ** 3
const DEFAULTS: Transfer = { partSizeBytes: 8 * 1024 * 1024, concurrency: 4, copyCutoffBytes: MAX_COPY_BYTES }

export interface Transfer {
  readonly partSizeBytes: number
  /** Requests at once. */
  readonly concurrency: number
  /** Larger files are copied part by part. */
  readonly copyCutoffBytes: number
}

/** @throws S3FilesError `EINVAL`. */
export function checkTransfer(given: { readonly [Name in keyof Transfer]?: number | undefined }): Transfer {
  const { partSizeBytes, concurrency, copyCutoffBytes } = DEFAULTS
  const transfer = {
    partSizeBytes: given.partSizeBytes ?? partSizeBytes,
    concurrency: given.concurrency ?? concurrency,
    copyCutoffBytes: given.copyCutoffBytes ?? copyCutoffBytes,
  }
  if (!isBetween(transfer.partSizeBytes, MIN_PART_BYTES, MAX_COPY_BYTES))
    throw invalid('partSizeBytes is out of range', 'Give 5 MiB to 5 GiB, in bytes')
  if (!isBetween(transfer.concurrency, 1, 1000)) throw invalid('concurrency is out of range', 'Give 1 to 1,000')
  if (!isBetween(transfer.copyCutoffBytes, MIN_PART_BYTES, MAX_COPY_BYTES))
    throw invalid('copyCutoffBytes is out of range', 'Give 5 MiB to 5 GiB, in bytes')
  return transfer
}

function isBetween(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}
