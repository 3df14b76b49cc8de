import type { CommandGroup } from '../command.ts'

export const s3Group: CommandGroup = {
  name: 's3',
  summary: 'a first look into an S3 bucket: list, print, copy and remove',
  about:
    'A place is s3://BUCKET/PATH, or the URL of the bucket and a path: https://BUCKET.s3.REGION.amazonaws.com/PATH, http://HOST/BUCKET/PATH of another store. A directory ends in a slash. Needs the package @rolecall/s3-files beside rolecall.',
  examples: [
    { line: 'rolecall s3 ls s3://my-bucket/', does: 'what is in it' },
    { line: 'rolecall s3 cat s3://my-bucket/notes.txt', does: 'print a file' },
    { line: 'rolecall s3 cp ./big.iso s3://my-bucket/isos/', does: 'copy a file there' },
  ],
  commands: {
    ls: async () => (await import('./s3-ls.ts')).s3LsCommand,
    cat: async () => (await import('./s3-cat.ts')).s3CatCommand,
    cp: async () => (await import('./s3-cp.ts')).s3CpCommand,
    rm: async () => (await import('./s3-rm.ts')).s3RmCommand,
  },
}
