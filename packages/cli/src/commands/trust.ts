import type { CommandGroup } from '../command.ts'

export const trustGroup: CommandGroup = {
  name: 'trust',
  summary: 'who may assume a role: check, lint and create trust policies',
  about:
    'Works on files; only check, where no token is named, asks the CI for that of this job. Tokens are read, and never verified or printed.',
  examples: [
    {
      line: 'rolecall trust check --policy trust.json --token token.jwt',
      does: 'would this token be let in, and why not',
    },
    { line: 'rolecall trust lint --policy trust.json', does: 'what is dangerous or broken in a policy' },
    {
      line: 'rolecall trust create --provider github --account 111122223333 --repo acme/app --environment prod',
      does: 'a safe policy for one environment of a repository',
    },
  ],
  commands: {
    check: async () => (await import('./trust-check.ts')).trustCheckCommand,
    lint: async () => (await import('./trust-lint.ts')).trustLintCommand,
    create: async () => (await import('./trust-create.ts')).trustCreateCommand,
  },
}
