/** The commands of `rolecall`, in the order of the help. */
import type { CommandGroup } from '../command.ts'

export const ROLECALL: CommandGroup = {
  name: '',
  summary: 'AWS credentials on the command line: found, explained, handed to any program',
  examples: [
    { line: 'rolecall explain', does: 'what is found here, and why' },
    { line: 'rolecall exec --profile dev -- aws s3 ls', does: 'run one command with credentials' },
    { line: 'rolecall export --help', does: 'more about a command' },
  ],
  commands: {
    explain: async () => (await import('./explain.ts')).explainCommand,
    export: async () => (await import('./export.ts')).exportCommand,
    exec: async () => (await import('./exec.ts')).execCommand,
    serve: async () => (await import('./serve.ts')).serveCommand,
    whoami: async () => (await import('./whoami.ts')).whoamiCommand,
    login: async () => (await import('./login.ts')).loginCommand,
    logout: async () => (await import('./logout.ts')).logoutCommand,
    profiles: async () => (await import('./profiles.ts')).profilesCommand,
    token: async () => (await import('./token.ts')).tokenCommand,
    trust: async () => (await import('./trust.ts')).trustGroup,
    s3: async () => (await import('./s3.ts')).s3Group,
    cache: async () => (await import('./cache.ts')).cacheGroup,
    sandbox: async () => (await import('./sandbox.ts')).sandboxCommand,
    completion: async () => (await import('./completion.ts')).completionCommand,
  },
}
