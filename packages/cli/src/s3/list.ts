/** What `rolecall s3 ls` lists: a directory, or the one file that is named. */
import type { Entry } from '@rolecall/s3-files'
import type { Place } from './place.ts'

export async function listEntries({ files, path }: Place, recursive: boolean): Promise<Entry[]> {
  if (!path.endsWith('/') && (await files.exists(path))) {
    const { sizeBytes, etag, modified } = await files.stat(path)
    return [{ path, type: 'file', sizeBytes, ...(etag && { etag }), ...(modified && { modified }) }]
  }
  const entries: Entry[] = []
  for await (const entry of files.list(path.endsWith('/') ? path : `${path}/`, { recursive })) entries.push(entry)
  return entries
}
