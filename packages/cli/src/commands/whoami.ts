import { type Command, defineCommand } from '../command.ts'
import { ACCOUNT_OPTIONS, MFA_OPTIONS, TRUST_OPTIONS } from '../session-options.ts'
import { TOKEN_OPTIONS } from '../token-options.ts'

export const whoamiCommand: Command = defineCommand({
  name: 'whoami',
  summary: 'show whose credentials these are: account, ARN, source, expiry',
  usage: '[options]',
  about: 'Asks STS GetCallerIdentity, which needs no permission.',
  options: { ...TOKEN_OPTIONS, ...TRUST_OPTIONS, ...MFA_OPTIONS, ...ACCOUNT_OPTIONS },
  examples: [
    { line: 'rolecall whoami', does: 'who am I here' },
    { line: 'rolecall whoami --profile prod --json', does: 'the same of profile prod, for a program' },
    { line: 'rolecall whoami --allow-account 111122223333', does: 'exit 1 in any other account' },
  ],
  run: async ({ options }) => {
    const { assertAllowedAccount, knownRegion, openSource } = await import('../session.ts')
    const source = await openSource(options)
    const credentials = await source()
    const identity = await source.identity()
    await assertAllowedAccount(source, options['allow-account'])
    const region = await knownRegion(options, credentials.source)

    const { renderIdentity, toIdentityJson } = await import('../render/identity.ts')
    const { writeOut } = await import('../output.ts')
    const shown = toIdentityJson(identity, credentials, region)
    writeOut(options.json ? `${JSON.stringify(shown, null, 2)}\n` : renderIdentity(shown))
    return 0
  },
})
