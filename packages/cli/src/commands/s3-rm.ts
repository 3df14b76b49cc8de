import { type Command, defineCommand } from '../command.ts'

export const s3RmCommand: Command = defineCommand({
  name: 's3 rm',
  summary: 'remove a file of a bucket, or a directory with all below it',
  usage: 'BUCKET-URL [options]',
  operands: { 'BUCKET-URL': { summary: 's3://BUCKET/FILE, or the URL of the bucket and a path' } },
  options: { recursive: { summary: 'a directory, with all below it; its slash may be left out' } },
  examples: [
    { line: 'rolecall s3 rm s3://my-bucket/notes.txt', does: 'one file' },
    { line: 'rolecall s3 rm s3://my-bucket/dir/ --recursive', does: 'a directory' },
  ],
  run: async ({ options, operands }) => {
    const { openPlace } = await import('../s3/place.ts')
    const place = await openPlace(operands['BUCKET-URL'], options)
    const { removePlace } = await import('../s3/removal.ts')
    await removePlace(place, options.recursive)
    return 0
  },
})
