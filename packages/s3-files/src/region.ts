/** Which region the requests to a bucket are signed for: what the caller says, the URL, the variables, or the bucket itself. */
import { type CredentialSource, createCredentials, type Host, isCredentialsError } from '@rolecall/credentials'
import type { BucketAddress } from './bucket-url.ts'
import { invalid } from './errors.ts'

export interface BucketRegion {
  readonly name: string
  /** `the region option`, `bucketUrl`, `AWS_REGION`, `the bucket`… */
  readonly chosenBy: string
}

/** Stores that have no regions take this one, and those that have say which they want. */
const CONVENTION: BucketRegion = { name: 'us-east-1', chosenBy: 'convention: nothing names a region' }
const BUCKET_DEADLINE_MS = 5_000
const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

export interface RegionSources {
  readonly option: string | undefined
  readonly address: BucketAddress
  /** The caller's, which may know a region. */
  readonly source: CredentialSource | undefined
  readonly host: Host
}

export async function chooseRegion({ option, address, source, host }: RegionSources): Promise<BucketRegion> {
  if (option !== undefined) return { name: option, chosenBy: 'the region option' }
  if (address.region !== undefined) return { name: address.region, chosenBy: 'bucketUrl' }
  return (await regionHere(source, host)) ?? (await askBucket(address, host)) ?? CONVENTION
}

/** @throws S3FilesError `EINVAL`: a region becomes part of host names. */
export function checkRegion(region: string | undefined): void {
  if (region === undefined || isRegionName(region)) return
  throw invalid('the region option is no name of a region', 'Use a name such as eu-central-1')
}

export function isRegionName(text: string): boolean {
  return HOST_LABEL.test(text)
}

/** Of the caller's source, or of the variables and the profile; the instance's own says nothing of a bucket. */
async function regionHere(source: CredentialSource | undefined, host: Host): Promise<BucketRegion | undefined> {
  const env = { ...host.env, AWS_EC2_METADATA_DISABLED: 'true' }
  try {
    if (source) return { name: await source.region(), chosenBy: 'the source of the credentials' }
    return { name: await createCredentials({ host: { ...host, env } }).region(), chosenBy: 'the environment' }
  } catch (error) {
    if (isCredentialsError(error) && error.code === 'REGION_MISSING') return undefined
    throw error
  }
}

/**
 * S3 tells a bucket's region to everybody, with whatever status: no keys are sent.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
async function askBucket(address: BucketAddress, host: Host): Promise<BucketRegion | undefined> {
  const { bucket, pathStyle } = address
  const base = new URL(address.endpoint(CONVENTION.name))
  if (pathStyle || bucket.includes('.'))
    base.pathname = `${base.pathname.replace(/\/$/, '')}/${encodeURIComponent(bucket)}`
  else base.host = `${bucket}.${base.host}`

  const stop = new AbortController()
  const silence = host.sleep(BUCKET_DEADLINE_MS, stop.signal).catch(() => {})
  const answer = host
    .fetch(base.href, { method: 'HEAD', redirect: 'manual', signal: stop.signal })
    .catch(() => undefined)
  const headers = (await Promise.race([answer, silence]))?.headers
  stop.abort()
  const name = headers?.get('x-amz-bucket-region')
  return name && isRegionName(name) ? { name, chosenBy: 'the bucket' } : undefined
}
