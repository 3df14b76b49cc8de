import { type Command, defineCommand } from '../command.ts'

const PLACES = [
  'keys',
  'web-identity',
  'ecs',
  'eks',
  'ec2',
  'sso',
  'login',
  'github-actions',
  'gitlab',
  'bitbucket',
  'circleci',
  'buildkite',
  'azure-devops',
  'terraform',
  'kubernetes',
] as const

export const sandboxCommand: Command = defineCommand({
  name: 'sandbox',
  summary: 'an AWS identity service of your own on loopback, to try things out',
  usage: '[--place PLACE] [-- CMD [ARGS…]]',
  about:
    'Serves STS, the metadata endpoints of instances and containers, and the services that people sign in with, with keys that mean nothing to the real AWS. Without CMD it prints the variables that make a program believe it runs in PLACE, and stays until Ctrl-C. With CMD it runs CMD there and ends with its exit status.',
  child: 'optional',
  options: { place: { value: 'PLACE', summary: `${PLACES.join(', ')}; default keys`, choices: PLACES } },
  examples: [
    { line: 'rolecall sandbox', does: 'start it, and show what to set in another shell' },
    { line: 'rolecall sandbox -- rolecall whoami', does: 'one command inside' },
    { line: 'rolecall sandbox --place eks -- ./my-test.sh', does: 'a test that believes it runs in a pod of EKS' },
  ],
  run: async ({ options, child }) => {
    const { enterPlace, importSandbox, serveUntilStopped } = await import('../sandbox-session.ts')
    const { startSandbox } = await importSandbox()
    const sandbox = await startSandbox()
    try {
      const place = options.place ?? 'keys'
      const variables = await enterPlace(sandbox, place)
      if (child.length === 0) return await serveUntilStopped({ url: sandbox.url, place, variables, json: options.json })
      const { withoutCredentials } = await import('../exec/child-environment.ts')
      const { runChild } = await import('../exec/run-child.ts')
      const env = { ...withoutCredentials(process.env, process.platform), ...variables }
      return await runChild(child, env, 'sandbox')
    } finally {
      await sandbox.stop()
    }
  },
})
