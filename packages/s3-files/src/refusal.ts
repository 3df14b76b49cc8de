/** What the AWS SDK throws, in words: a code of the file system, what the store said, who was refused, and what to do. */
import type { Credentials } from '@rolecall/credentials'
import type { BucketAddress } from './bucket-url.ts'
import { explainsItself, S3FilesError } from './errors.ts'
import { notOfS3 } from './failures.ts'
import { identityOf } from './keys.ts'
import { meaningOf, permissionFor } from './meanings.ts'
import { type BucketRegion, isRegionName } from './region.ts'

const MAX_QUOTED_LENGTH = 300

/** What is read of an error of the SDK; of the rest, such as the request, nothing is passed on. */
interface SdkError {
  readonly name?: string
  /** The store's. */
  readonly Code?: string
  /** The socket's. */
  readonly code?: string
  readonly message?: string
  readonly Region?: string
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> }
}

export interface Failed {
  /** As S3 calls it. */
  readonly operation: string
  readonly path?: string
  readonly signal?: AbortSignal | undefined
  readonly address: BucketAddress
  /** What the request was signed with. */
  readonly refused: Credentials | undefined
  readonly region: BucketRegion | undefined
}

const ABOUT_KEYS = ['ExpiredToken', 'InvalidToken', 'TokenRefreshRequired', 'InvalidAccessKeyId', 'RequestExpired']
const ABOUT_REGION = ['SignatureDoesNotMatch', 'AuthorizationHeaderMalformed', 'PermanentRedirect']

/** Other keys may help. Some stores say no more than that access is denied when a session is over. */
export function isAboutKeys(error: unknown, { expiration }: Credentials, nowMs: number): boolean {
  const { s3Code = '', status } = read(error)
  if (ABOUT_KEYS.includes(s3Code)) return true
  return (status === 403 || status === 400) && expiration !== undefined && expiration.getTime() <= nowMs
}

/** The region that the store wants to be asked for, where it refuses this one. */
export function regionSaidBy(error: unknown): string | undefined {
  const { status } = read(error)
  if (status !== 301 && status !== 307 && status !== 400) return undefined
  const { Region, $response } = error as SdkError
  const name = $response?.headers?.['x-amz-bucket-region'] ?? Region
  return name && isRegionName(name) ? name : undefined
}

/** @returns what to throw: errors of ours and of the credentials, and the reason of a signal, as they are. */
export function explainFailure(error: unknown, failed: Failed): unknown {
  const { path, signal, address, refused } = failed
  if (signal?.aborted) return signal.reason
  if (explainsItself(error)) return error
  const { s3Code, status, requestId } = read(error)
  if (status === undefined) return unreachable(error as SdkError, failed)
  if (s3Code === undefined && status === 200) return notOfS3(path, status)

  const { code, problem, remedy } = meaningOf(s3Code, status)
  const identity = code === 'EACCES' && refused ? identityOf(refused) : undefined
  const who = identity ? `, ${describeIdentity(identity)}` : ''
  const said = quote((error as SdkError).message, refused)
  const text = `${path ?? address.bucket}: ${problem} (${s3Code ?? status})${who}${said && `; the store says "${said}"`}`
  const todo = code === 'EACCES' || ABOUT_REGION.includes(s3Code ?? '') ? adviseOn(failed, s3Code, remedy) : remedy
  return new S3FilesError(text, { code, remedy: todo, path, s3Code, status, requestId, identity })
}

function read(error: unknown): {
  s3Code?: string | undefined
  status?: number | undefined
  requestId?: string | undefined
} {
  const { name = '', Code, $metadata } = (error ?? {}) as SdkError
  const { httpStatusCode: status, requestId } = $metadata ?? {}
  // without a body, as in answers to HEAD, the SDK makes up a name
  const named = status !== undefined && /^(?!Unknown|Error|S3Service)[A-Z]\w+$/.test(name) ? name : undefined
  return { s3Code: Code ?? named, status, requestId }
}

function unreachable({ name = '', code = '' }: SdkError, { path, address, region }: Failed): S3FilesError {
  const { host } = new URL(address.endpoint(region?.name ?? 'us-east-1'))
  const asked = address.pathStyle ? host : `${address.bucket}.${host}`
  const why = /^[A-Z][A-Z_]+$/.test(code) ? ` (${code})` : name === 'TimeoutError' ? ' in time' : ', or half of one'
  return new S3FilesError(`${path ?? address.bucket}: ${asked} gave no answer${why}`, {
    code: 'EIO',
    remedy: 'Check bucketUrl and the network, and try again',
    path,
  })
}

function describeIdentity({ accountId, source, accessKeyId }: NonNullable<S3FilesError['identity']>): string {
  return `${accountId ? `account ${accountId}, ` : ''}key ${accessKeyId} from ${source}`
}

function adviseOn({ operation, path, address, region }: Failed, s3Code: string | undefined, remedy: string): string {
  if (ABOUT_REGION.includes(s3Code ?? '')) return `${remedy}: it was signed for ${region?.name}, by ${region?.chosenBy}`
  if (s3Code !== undefined && s3Code !== 'AccessDenied') return remedy
  const inBucket = operation === 'ListObjectsV2' ? '' : path
  return `Allow ${permissionFor(operation)} on ${address.bucket}${inBucket ?? ''} to it, or use another identity`
}

/** What the store said, without the keys that it may repeat. Some send no text, which the SDK makes up. */
function quote(message: string | undefined, keys: Credentials | undefined): string {
  if (!message || message === 'UnknownError' || /deserializ|@aws-sdk/i.test(message)) return ''
  const secrets = [keys?.secretAccessKey, keys?.sessionToken, keys?.accessKeyId].filter((text) => text !== undefined)
  secrets.sort((a, b) => b.length - a.length) // one may hold another
  const masked = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message)
  return masked.slice(0, MAX_QUOTED_LENGTH).replace(/[.\s]+$/, '')
}
