/** What `rolecall s3 rm` removes: a file, or with `--recursive` a directory, with or without its slash. */
import { usageFailure } from '../failure.ts'
import type { Place } from './place.ts'

/** @throws Failure `USAGE` for a directory; S3FilesError `ENOENT` where neither a directory nor a file has that name. */
export async function removePlace({ files, path }: Place, recursive: boolean): Promise<void> {
  const isDirPath = path.endsWith('/')
  if (isDirPath && !recursive)
    throw usageFailure(`${path} is a directory`, 'Remove it, and all below it, with --recursive. ', 's3 rm')
  if (isDirPath || !recursive) return files.remove(path)

  const isFile = await files.exists(path)
  if (isFile) await files.remove(path)
  if (!isFile || (await files.exists(`${path}/`))) await files.remove(`${path}/`)
}
