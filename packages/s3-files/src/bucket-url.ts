/**
 * The address of a bucket, from any URL that people have for one: of AWS in all its host forms, of an S3-compatible store
 * with the bucket in the path or in the host, or `s3://bucket`.
 *
 * Source  https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 *         https://docs.aws.amazon.com/general/latest/gr/s3.html
 *         https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
 * @module
 */
import { parseAwsHost } from './aws-hosts.ts'
import { regionOfHost } from './compatible-hosts.ts'
import { invalid, type S3FilesError } from './errors.ts'

export interface BucketAddress {
  /** As requests name it. */
  readonly bucket: string
  /** As the source of a copy names it; `undefined` where only the store knows: the host may be an alias. */
  readonly copyName: string | undefined
  /** The bucket stands in the path of requests, not in their host. */
  readonly pathStyle: boolean
  /** Where the URL says it. */
  readonly region: string | undefined
  readonly isAws: boolean
  /** Where requests of this region go, without the bucket. */
  endpoint(region: string): string
  /** The URL that was given. */
  readonly url: string
}

const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,254}$/
const ADDRESS_WITHOUT_NAME = /^(\d+(\.\d+){3}|\[.*\]|[^.]+)$/

/**
 * @param env where AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL say which store `s3://` means.
 * @throws S3FilesError `EINVAL`. Its text does not quote the URL: it may hold a password.
 */
export function parseBucketUrl(text: string, env: Readonly<Record<string, string | undefined>>): BucketAddress {
  const url = parse(text)
  if (url.protocol === 's3:') return s3Scheme(url, env)
  const names = segmentsOf(url)
  const aws = parseAwsHost(url)
  if (!aws) return { ...compatible(url, names), url: url.href }

  const inPath = aws.bucket === undefined
  if (names.length > (inPath ? 1 : 0)) throw moreThanBucket()
  const bucket = aws.bucket ?? names[0]
  if (bucket === undefined) throw noBucket()
  const { region, endpoint, copyName = bucket } = aws
  return { bucket: checkName(bucket), copyName, pathStyle: inPath, region, isAws: true, endpoint, url: url.href }
}

function parse(text: string): URL {
  if (text === undefined || text === null)
    throw invalid('bucketUrl is missing', 'Give it as https://BUCKET.s3.REGION.amazonaws.com')
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['https:', 'http:', 's3:'].includes(url.protocol) || url.hostname === '')
    throw invalid('bucketUrl is no URL of a bucket', 'Write it as https://BUCKET.s3.REGION.amazonaws.com')
  if (url.username || url.password)
    throw invalid('bucketUrl holds a user name or a password', 'Give keys by the credentials option')
  if (url.search || url.hash)
    throw invalid('bucketUrl holds a query or a fragment', 'Give the address of the bucket alone')
  return url
}

function s3Scheme(url: URL, env: Readonly<Record<string, string | undefined>>): BucketAddress {
  if (segmentsOf(url).length > 0) throw moreThanBucket()
  const bucket = checkName(url.hostname)
  const store = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL']
  if (!store) return { ...parseBucketUrl(`https://s3.amazonaws.com/${bucket}`, env), pathStyle: false, url: url.href }
  const base = URL.canParse(store) ? new URL(store) : undefined
  if (!base || !/^https?:$/.test(base.protocol))
    throw invalid('AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL is no http or https address', 'Set it to one, or unset it')
  return { ...compatible(base, [...segmentsOf(base), bucket]), url: url.href }
}

/** The last name of the path is the bucket; without a path, the first of the host. */
function compatible(url: URL, names: readonly string[]): Omit<BucketAddress, 'url'> {
  const named = names.at(-1)
  if (named !== undefined) {
    const base = [url.origin, ...names.slice(0, -1)].join('/')
    const bucket = checkName(named)
    const region = regionOfHost(url.hostname)
    return { bucket, copyName: bucket, pathStyle: true, region, isAws: false, endpoint: () => base }
  }
  if (ADDRESS_WITHOUT_NAME.test(url.hostname)) throw noBucket()
  const [bucket = '', ...rest] = url.host.split('.')
  const base = new URL(`${url.protocol}//${rest.join('.')}`)
  const region = regionOfHost(base.hostname)
  return { bucket, copyName: undefined, pathStyle: false, region, isAws: false, endpoint: () => base.origin }
}

function segmentsOf({ pathname }: URL): string[] {
  return pathname.split('/').filter((name) => name !== '')
}

function checkName(name: string): string {
  if (BUCKET_NAME.test(name)) return name
  throw noBucket()
}

function noBucket(): S3FilesError {
  return invalid(
    'bucketUrl names no bucket',
    'Write it as https://BUCKET.s3.REGION.amazonaws.com or http://HOST/BUCKET',
  )
}

function moreThanBucket(): S3FilesError {
  return invalid('bucketUrl names more than a bucket', 'Leave out what comes after the bucket: it belongs in the paths')
}
