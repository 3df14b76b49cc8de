/** A bucket as a file system: the options, and the operations over what they describe. */
import { type CredentialSource, type Host, nodeHost, type StaticKeys } from '@rolecall/credentials'
import { type Bucket, openBucket } from './bucket.ts'
import { parseBucketUrl } from './bucket-url.ts'
import { copyPath, renamePath } from './copying.ts'
import type { Files } from './files.ts'
import { createKeys, type KeyProvider } from './keys.ts'
import { listDir } from './listing.ts'
import { pathExists, readChunks, readFile, statPath } from './reading.ts'
import { type BucketRegion, checkRegion } from './region.ts'
import { removePath } from './removal.ts'
import { checkTransfer, type Transfer } from './transfer.ts'
import { writeChunks } from './uploading.ts'
import { createDir, writeFile } from './writing.ts'

export interface S3FilesOptions {
  /**
   * `https://BUCKET.s3.REGION.amazonaws.com`, any other form that AWS has, `http://HOST/BUCKET` or
   * `https://BUCKET.HOST` of an S3-compatible store, or `s3://BUCKET`: at AWS_ENDPOINT_URL_S3 where that is set.
   */
  readonly bucketUrl: string
  /** Default: what the URL says, AWS_REGION, AWS_DEFAULT_REGION, the profile, and then the bucket itself. */
  readonly region?: string | undefined
  /** Keys, a source of them, or a function that is asked for each request. Default: `createCredentials()`. */
  readonly credentials?: StaticKeys | CredentialSource | KeyProvider | undefined
  /** Of streams: at least 5 MiB. Default: 8 MiB. */
  readonly partSizeBytes?: number | undefined
  /** Requests at once for one operation. Default: 4. */
  readonly concurrency?: number | undefined
  /** Larger files are copied part by part: 5 MiB to 5 GiB. Default: 5 GiB, above which stores copy no other way. */
  readonly copyCutoffBytes?: number | undefined
  /** The world that credentials and the region are looked for in. Default: `nodeHost()`. */
  readonly host?: Host | undefined
}

export interface S3Files extends Files {
  /** The region that requests are signed for, and what named it. */
  region(): Promise<BucketRegion>
}

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/**
 * A bucket as a file system. Does nothing until it is used.
 *
 * @throws S3FilesError `EINVAL` for options that make no sense.
 */
export function createS3Files(options: S3FilesOptions): S3Files {
  const { bucketUrl, region, credentials, host = nodeHost() } = { ...options } // without types there may be none
  checkRegion(region)
  const address = parseBucketUrl(bucketUrl, host.env)
  const transfer = checkTransfer(options)
  const bucket = openBucket({ address, keys: createKeys(credentials, host), region, host })
  return Object.defineProperty(filesOf(bucket, transfer), INSPECT, { value: () => `S3Files ${address.url}` })
}

/** The operations, over a bucket that is open. */
export function filesOf(bucket: Bucket, transfer: Transfer): S3Files {
  return {
    list: (path, options) => listDir(bucket, path, options),
    read: (path, options) => readFile(bucket, path, options),
    readStream: (path, options) => readChunks(bucket, path, options),
    write: (path, data, options) => writeFile(bucket, path, data, options),
    writeStream: (path, source, options) => writeChunks(bucket, transfer, path, source, options),
    createDir: (path, options) => createDir(bucket, path, options),
    remove: (path, options) => removePath(bucket, path, options),
    copy: (from, to, options) => copyPath(bucket, transfer, from, to, options),
    rename: (from, to, options) => renamePath(bucket, transfer, from, to, options),
    exists: (path, options) => pathExists(bucket, path, options),
    stat: (path, options) => statPath(bucket, path, options),
    region: bucket.region,
  }
}
