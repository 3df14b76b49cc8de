/** A place in a bucket as one URL, taken apart into the bucket's own URL and a path. */
import { parseAwsHost } from './aws-hosts.ts'
import { invalid } from './errors.ts'

export interface BucketLocation {
  readonly bucketUrl: string
  /** `/` for the bucket itself. */
  readonly path: string
}

/**
 * `s3://BUCKET/dir/file`, where the path is taken as it stands, or `https://…/dir/file`, where it is percent-encoded. Of a
 * store that is not AWS's the first name of the path is the bucket.
 *
 * @throws S3FilesError `EINVAL`.
 */
export function parseBucketLocation(text: string): BucketLocation {
  const scheme = /^(s3:\/\/[^/]+)(\/.*)?$/s.exec(text)
  if (scheme) return { bucketUrl: scheme[1] ?? '', path: scheme[2] ?? '/' }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw invalid('this is no place in a bucket', 'Write it as s3://BUCKET/PATH or https://HOST/BUCKET/PATH')
  if (url.search || url.hash) throw invalid('the URL holds a query or a fragment', 'Encode ? and # in a path')

  const inPath = parseAwsHost(url)?.bucket === undefined
  const [, bucket = '', rest = '/'] = (inPath && /^\/([^/]*)(\/.*)?$/.exec(url.pathname)) || [
    undefined,
    '',
    url.pathname,
  ]
  const path = decode(rest)
  url.pathname = `/${bucket}`
  return { bucketUrl: url.href, path }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw invalid('the path of the URL is not encoded', 'Write % as %25')
  }
}
