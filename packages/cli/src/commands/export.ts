import { type Command, defineCommand } from '../command.ts'
import type { Format } from '../formats/handout.ts'
import { HANDOUT_OPTIONS } from '../handout-options.ts'

const FORMATS = ['process', 'env', 'fish', 'powershell', 'cmd', 'dotenv', 'ini', 'json', 'github'] as const
const FORMATS_WITHOUT_REGION: readonly string[] = ['process', 'ini']

export const exportCommand: Command = defineCommand({
  name: 'export',
  summary: 'print credentials as a shell, a file or a program reads them',
  usage: '[--format FORMAT] [options]',
  about:
    'A value that the format cannot carry is an error, and nothing is printed. What is unknown, such as the session token of a long-lived key, is unset, so that an old one cannot stay.',
  options: {
    format: { value: 'FORMAT', summary: `${FORMATS.join(', ')}; default process`, choices: FORMATS },
    ...HANDOUT_OPTIONS,
  },
  examples: [
    { line: 'eval "$(rolecall export --format env --profile dev)"', does: 'credentials for this shell' },
    { line: 'rolecall export --format fish | source', does: 'the same in fish' },
    { line: 'credential_process = rolecall export --profile dev', does: 'a line of ~/.aws/config, for any AWS tool' },
    { line: 'rolecall export --format github --role-arn ARN', does: 'in a GitHub job: for the steps that follow' },
  ],
  run: async ({ options }) => {
    const { assertAllowedAccount, knownRegion, openSource } = await import('../session.ts')
    const source = await openSource(options)
    await assertAllowedAccount(source, options['allow-account'])
    const credentials = await source()

    const format = options.format ?? 'process'
    const region = FORMATS_WITHOUT_REGION.includes(format) ? undefined : await knownRegion(options, credentials.source)
    const handout = { credentials, region, profile: options.profile ?? 'default' }
    if (format === 'github') {
      const { deliverToGithub } = await import('../github-delivery.ts')
      deliverToGithub(handout)
      return 0
    }
    const { writeOut } = await import('../output.ts')
    writeOut((await loadFormat(format))(handout))
    return 0
  },
})

/** Most starts are a program's, for `process`: they load no other format. */
async function loadFormat(name: Exclude<(typeof FORMATS)[number], 'github'>): Promise<Format> {
  if (name === 'process') return (await import('../formats/json.ts')).formatProcess
  return (await import('../formats/index.ts')).TEXT_FORMATS[name] as Format
}
