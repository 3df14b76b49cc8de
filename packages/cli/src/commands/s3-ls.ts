import { type Command, defineCommand } from '../command.ts'

export const s3LsCommand: Command = defineCommand({
  name: 's3 ls',
  summary: 'list a directory of a bucket',
  usage: 'BUCKET-URL [options]',
  operands: { 'BUCKET-URL': { summary: 's3://BUCKET/DIR/, or the URL of the bucket and a path' } },
  options: { recursive: { summary: 'all files below it' } },
  examples: [
    { line: 'rolecall s3 ls s3://my-bucket/', does: 'what is at the top' },
    { line: 'rolecall s3 ls http://127.0.0.1:9000/my-bucket/dir/ --recursive', does: 'all below a directory' },
    { line: 'rolecall s3 ls s3://my-bucket/ --json', does: 'for a program' },
  ],
  run: async ({ options, operands }) => {
    const { openPlace } = await import('../s3/place.ts')
    const { listEntries } = await import('../s3/list.ts')
    const { writeOut } = await import('../output.ts')
    const entries = await listEntries(await openPlace(operands['BUCKET-URL'], options), options.recursive)
    if (options.json) writeOut(`${JSON.stringify(entries, null, 2)}\n`)
    else {
      const { renderEntries } = await import('../render/entries.ts')
      writeOut(renderEntries(entries))
    }
    return 0
  },
})
