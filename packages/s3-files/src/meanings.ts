/** What the codes and statuses of S3 mean in a file system, and what a reader can do about each. */
import type { FileErrorCode } from './errors.ts'

export interface Meaning {
  readonly code: FileErrorCode
  /** Follows the path and a colon. */
  readonly problem: string
  /** An imperative sentence without its full stop. */
  readonly remedy: string
}

const DENIED = 'access denied'
const LET_IT = 'Allow it to that identity, or use another'
const OTHER_KEYS = 'Give other keys, or a source that renews them: rolecall explain shows where these come from'
const LATER = 'Try again later, or with less at once'

const NO_FILE: Meaning = { code: 'ENOENT', problem: 'there is no such file', remedy: 'Check the path' }
const ELSEWHERE: Meaning = {
  code: 'EINVAL',
  problem: 'the bucket is in another region, or its store at another address',
  remedy: 'Check bucketUrl and the region option',
}
const PAST_END: Meaning = { code: 'EINVAL', problem: 'the range begins past the end', remedy: 'Ask stat for the size' }
const TOO_LARGE: Meaning = { code: 'EFBIG', problem: 'too large for one request', remedy: 'Use writeStream' }
const TOO_BUSY: Meaning = { code: 'EAGAIN', problem: 'the store is too busy', remedy: LATER }
const NOT_DONE_HERE: Meaning = {
  code: 'ENOTSUP',
  problem: 'this store does not do that',
  remedy: 'Do without it here, or check that bucketUrl is an S3 store',
}
const REJECTED: Meaning = { code: 'EINVAL', problem: 'the store rejects the request', remedy: 'Check path and options' }
const FAILED: Meaning = { code: 'EIO', problem: 'the store failed', remedy: 'Try again later' }

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const BY_CODE: Readonly<Record<string, Meaning>> = {
  NoSuchKey: NO_FILE,
  NoSuchBucket: { code: 'ENOENT', problem: 'there is no such bucket', remedy: 'Check bucketUrl, or create the bucket' },
  NoSuchUpload: { code: 'ESTALE', problem: 'somebody ended the upload', remedy: 'Write it again' },
  AccessDenied: { code: 'EACCES', problem: DENIED, remedy: LET_IT },
  ExpiredToken: { code: 'EACCES', problem: `${DENIED}: the session is over`, remedy: OTHER_KEYS },
  InvalidToken: { code: 'EACCES', problem: `${DENIED}: the session token is not valid`, remedy: OTHER_KEYS },
  InvalidAccessKeyId: { code: 'EACCES', problem: `${DENIED}: the store does not know the key`, remedy: OTHER_KEYS },
  SignatureDoesNotMatch: {
    code: 'EACCES',
    problem: `${DENIED}: the signature does not match`,
    remedy: 'Check the secret key and the region',
  },
  RequestTimeTooSkewed: {
    code: 'EACCES',
    problem: `${DENIED}: this machine's clock is wrong`,
    remedy: 'Set the clock',
  },
  AuthorizationHeaderMalformed: {
    ...ELSEWHERE,
    problem: 'the region is wrong',
    remedy: 'Give the region of the bucket',
  },
  PermanentRedirect: ELSEWHERE,
  InvalidRange: PAST_END,
  InvalidObjectState: {
    code: 'EAGAIN',
    problem: 'it is in an archive',
    remedy: 'Restore it, and wait until that is done',
  },
  KeyTooLongError: { code: 'ENAMETOOLONG', problem: 'too long for a key', remedy: 'Use at most 1,024 bytes' },
  EntityTooLarge: TOO_LARGE,
  RequestTimeout: { ...TOO_BUSY, problem: 'it was sent too slowly' },
  InternalError: FAILED,
}

const BY_STATUS: Readonly<Record<number, Meaning>> = {
  301: ELSEWHERE,
  307: ELSEWHERE,
  401: { code: 'EACCES', problem: DENIED, remedy: OTHER_KEYS },
  403: { code: 'EACCES', problem: DENIED, remedy: LET_IT },
  404: NO_FILE,
  405: NOT_DONE_HERE,
  409: { code: 'EAGAIN', problem: 'somebody else is changing it', remedy: 'Try again' },
  412: { code: 'ESTALE', problem: 'it is no longer what it was', remedy: 'Read it again, then write' },
  413: TOO_LARGE,
  416: PAST_END,
  429: TOO_BUSY,
  501: NOT_DONE_HERE,
  503: TOO_BUSY,
}

export function meaningOf(s3Code: string | undefined, status: number): Meaning {
  const known = BY_CODE[s3Code ?? ''] ?? BY_STATUS[status]
  return known ?? (status >= 400 && status < 500 ? REJECTED : FAILED)
}

/** Where permission and operation are not named alike. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const PERMISSIONS: Readonly<Record<string, string>> = {
  HeadObject: 's3:GetObject',
  ListObjectsV2: 's3:ListBucket',
  DeleteObjects: 's3:DeleteObject',
  CopyObject: 's3:GetObject and s3:PutObject',
  UploadPartCopy: 's3:GetObject and s3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
}

export function permissionFor(operation: string): string {
  return PERMISSIONS[operation] ?? `s3:${operation}`
}
