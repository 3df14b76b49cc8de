/** A place in a bucket, with the credentials that the options choose. */
import type { S3Files } from '@rolecall/s3-files'
import { Failure, usageFailure } from '../failure.ts'
import { openSource } from '../session.ts'
import type { SourceValues } from '../sources.ts'

export interface Place {
  readonly files: S3Files
  readonly bucketUrl: string
  readonly path: string
}

export function isPlace(text: string): boolean {
  return /^(s3|https?):\/\//.test(text)
}

/** @throws Failure `USAGE`, `S3_FILES_MISSING`; S3FilesError `EINVAL` for what is no place. */
export async function openPlace(text: string, values: SourceValues): Promise<Place> {
  if (!isPlace(text))
    throw usageFailure(
      'the place is not in a bucket',
      'Write it as s3://BUCKET/PATH or https://HOST/BUCKET/PATH. ',
      's3',
    )
  const { createS3Files, parseBucketLocation } = await importS3Files()
  const { bucketUrl, path } = parseBucketLocation(text)
  const credentials = await openSource(values)
  return { files: createS3Files({ bucketUrl, credentials, region: values.region }), bucketUrl, path }
}

async function importS3Files(): Promise<typeof import('@rolecall/s3-files')> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true' // of no use to who runs a command
  try {
    return await import('@rolecall/s3-files')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Failure('the package @rolecall/s3-files is not installed', {
      code: 'S3_FILES_MISSING',
      source: 's3',
      remedy: 'Install it beside rolecall: npm install @rolecall/s3-files',
    })
  }
}
