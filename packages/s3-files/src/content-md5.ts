/**
 * The digest that S3 asked for before it had checksums: stores that speak the older S3 refuse to delete many keys without it,
 * and those that know both take either.
 *
 * Source  https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 * @module
 */
import { createHash } from 'node:crypto'

interface Outgoing {
  readonly headers: Record<string, string>
  readonly body?: unknown
}

/** A middleware of the AWS SDK, before the signature. */
export function addContentMd5<Args extends { request: unknown }, Result>(
  next: (args: Args) => Promise<Result>,
  context: { readonly commandName?: string },
): (args: Args) => Promise<Result> {
  return (args) => {
    if (context.commandName === 'DeleteObjectsCommand') replaceChecksum(args.request as Outgoing)
    return next(args)
  }
}

function replaceChecksum({ headers, body }: Outgoing): void {
  for (const name of Object.keys(headers))
    if (/^x-amz-(checksum-|sdk-checksum-algorithm|trailer)/i.test(name)) delete headers[name]
  headers['content-md5'] = createHash('md5')
    .update(body as string | Uint8Array)
    .digest('base64')
}
