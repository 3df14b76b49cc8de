import { type Command, defineCommand } from '../command.ts'

export const s3CpCommand: Command = defineCommand({
  name: 's3 cp',
  summary: 'copy a file to a bucket, from one, or between two',
  usage: 'FROM TO [options]',
  about:
    'Each is a file of this machine or a place in a bucket, one of them at least; - is standard input or output. A target that ends in a slash keeps the name. A file of any size goes through in little memory, of standard input up to 78 GiB, and is seen at its end only when all of it is there.',
  operands: {
    FROM: { summary: 'what is copied', completes: 'files' },
    TO: { summary: 'where to', completes: 'files' },
  },
  options: {},
  examples: [
    { line: 'rolecall s3 cp ./big.iso s3://my-bucket/isos/', does: 'to a bucket' },
    { line: 'rolecall s3 cp s3://my-bucket/isos/big.iso .', does: 'from one' },
    { line: 'tar c ./dir | rolecall s3 cp - s3://my-bucket/dir.tar', does: 'from another program' },
    { line: 'rolecall s3 cp s3://one/a s3://other/a --profile dev', does: 'from one to another' },
  ],
  run: async ({ options, operands }) => {
    const { copyFile } = await import('../s3/copy.ts')
    await copyFile(operands.FROM, operands.TO, options)
    return 0
  },
})
