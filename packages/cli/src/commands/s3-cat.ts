import { type Command, defineCommand } from '../command.ts'

export const s3CatCommand: Command = defineCommand({
  name: 's3 cat',
  summary: 'print a file of a bucket, as it is',
  usage: 'BUCKET-URL [options]',
  operands: { 'BUCKET-URL': { summary: 's3://BUCKET/FILE, or the URL of the bucket and a path' } },
  options: {},
  examples: [{ line: 'rolecall s3 cat s3://my-bucket/data.json | jq .', does: 'into another program' }],
  run: async ({ options, operands }) => {
    const { openPlace } = await import('../s3/place.ts')
    const { printChunks } = await import('../s3/local-file.ts')
    const { files, path } = await openPlace(operands['BUCKET-URL'], options)
    await printChunks(files.readStream(path))
    return 0
  },
})
