import { type Command, defineCommand } from '../command.ts'
import { HANDOUT_OPTIONS } from '../handout-options.ts'

export const execCommand: Command = defineCommand({
  name: 'exec',
  summary: 'run a command with credentials in its environment',
  usage: '[--serve] [options] -- CMD [ARGS…]',
  about:
    'CMD starts when the credentials are there, and inherits no other credential variables. It gets the terminal and the signals; its exit status is that of rolecall. With --serve it asks a server of its own on loopback, which keeps them fresh for as long as CMD runs.',
  child: 'required',
  options: {
    serve: { summary: 'keep the credentials fresh: CMD asks a server of its own for them' },
    ...HANDOUT_OPTIONS,
  },
  examples: [
    { line: 'rolecall exec --profile dev -- aws s3 ls', does: 'one command as profile dev' },
    {
      line: 'rolecall exec --serve --profile build -- packer build .',
      does: 'a command that outlives its credentials',
    },
    { line: 'rolecall exec --role-arn ARN --read-only -- terraform plan', does: 'as a role that may only read' },
    { line: 'rolecall exec --allow-account 111122223333 -- ./deploy.sh', does: 'never in another account' },
  ],
  run: async ({ options, child }) => {
    if (options.serve) {
      const { runServed } = await import('../exec/run-served.ts')
      return runServed(child, options)
    }
    const { assertAllowedAccount, knownRegion, openSource } = await import('../session.ts')
    const source = await openSource(options)
    await assertAllowedAccount(source, options['allow-account'])
    const credentials = await source()
    const region = await knownRegion(options, credentials.source)

    const { createChildEnvironment } = await import('../exec/child-environment.ts')
    const { runChild } = await import('../exec/run-child.ts')
    const handout = { credentials, region, profile: options.profile ?? 'default' }
    return runChild(child, createChildEnvironment(process, handout, options.region), 'exec')
  },
})
