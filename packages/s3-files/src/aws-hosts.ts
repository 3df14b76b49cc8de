/** The hosts at which AWS serves S3, taken apart: which bucket, which region, and the same host in another region. */
import { invalid, type S3FilesError } from './errors.ts'

export interface AwsHost {
  /** Where the host names it: a bucket, or an access point, which is asked like one. */
  readonly bucket: string | undefined
  /** Of an access point: its ARN with what goes before the key. */
  readonly copyName?: string
  readonly region: string | undefined
  endpoint(region: string): string
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html, by partition. */
const DOMAINS = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
]
const REGION = '[a-z]{2,}(?:-[a-z]+)+-\\d+'

/** `BUCKET.s3.REGION`, `s3-REGION` as of old, dual-stack, FIPS, and the global and accelerated hosts without a region. */
const SERVICE = new RegExp(
  `^(?:(?<bucket>.+)\\.)?(?<service>s3(?:-fips|-accelerate)?)(?<dual>\\.dualstack)?(?:[.-](?<region>${REGION}|external-1))?$`,
)
const ACCESS_POINT = new RegExp(
  `^(?<name>[^.]+)-(?<account>\\d{12})\\.(?<service>s3-accesspoint(?:-fips)?(?:\\.dualstack)?)\\.(?<region>${REGION})$`,
)
/** An interface endpoint in a VPC belongs to one region. */
const VPC_ENDPOINT = new RegExp(
  `^(?:(?<name>.+)\\.)?(?<service>(?<kind>bucket|accesspoint)\\.vpce-[\\w-]+\\.s3\\.(?<region>${REGION})\\.vpce)$`,
)

/**
 * @returns `undefined` for a host that is not AWS's.
 * @throws S3FilesError `EINVAL` for one that is, and does not serve buckets as this package asks for them.
 */
export function parseAwsHost({ protocol, hostname, port }: URL): AwsHost | undefined {
  const domain = DOMAINS.find((domain) => hostname.endsWith(`.${domain}`))
  if (!domain) return undefined
  const name = hostname.slice(0, -domain.length - 1)
  const at = (host: string): string => `${protocol}//${host}.${domain}${port && `:${port}`}`

  const vpc = VPC_ENDPOINT.exec(name)?.groups
  if (vpc) {
    const { name: bucket, kind, service = '', region = '' } = vpc
    const point = kind === 'accesspoint' ? /^(.+)-(\d{12})$/.exec(bucket ?? '') : null
    const copyName = point ? { copyName: accessPointArn(domain, region, point[2], point[1]) } : {}
    return { bucket, ...copyName, region, endpoint: () => at(service) }
  }
  const point = ACCESS_POINT.exec(name)?.groups
  if (point) {
    const { name: pointName, account, service, region = '' } = point
    const copyName = accessPointArn(domain, region, account, pointName)
    return { bucket: `${pointName}-${account}`, copyName, region, endpoint: () => at(`${service}.${region}`) }
  }
  const found = SERVICE.exec(name)?.groups
  if (!found || /(^|\.)s3-website[.-]/.test(name)) throw unsupported(name)
  const { bucket, service = 's3', dual = '', region } = found
  const endpoint = (other: string): string =>
    at(service === 's3-accelerate' ? `${service}${dual}` : `${service}${dual}.${other}`)
  return { bucket, region: region === 'external-1' ? 'us-east-1' : region, endpoint }
}

function accessPointArn(domain: string, region: string, account?: string, name?: string): string {
  const partition = domain === 'amazonaws.com.cn' ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
  return `arn:${partition}:s3:${region}:${account}:accesspoint/${name}/object`
}

function unsupported(name: string): S3FilesError {
  const problem = /(^|\.)s3-website[.-]/.test(name)
    ? 'bucketUrl is the address of a web site, which has no API'
    : /s3express|accesspoint|s3-object-lambda|s3-outposts/.test(name)
      ? 'bucketUrl is of a kind that is not supported: directory buckets, multi-region and Object Lambda access points, Outposts'
      : 'bucketUrl is a host of AWS, and none of S3'
  return invalid(problem, 'Write it as https://BUCKET.s3.REGION.amazonaws.com')
}
