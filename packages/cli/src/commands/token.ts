import { type Command, defineCommand } from '../command.ts'
import { TOKEN_OPTIONS } from '../token-options.ts'

export const tokenCommand: Command = defineCommand({
  name: 'token',
  summary: 'fetch the OIDC token of this CI job, and show what it claims',
  usage: '[--audience NAME] [--raw] [options]',
  about:
    'A trust policy compares these claims. They are read and not verified. The token itself is a secret, and printed with --raw alone.',
  options: { ...TOKEN_OPTIONS, raw: { summary: 'print the token itself, for another program' } },
  examples: [
    { line: 'rolecall token', does: 'what a trust policy has to let in' },
    { line: 'rolecall token --audience api.example --raw', does: 'a token for another service' },
    { line: 'rolecall token --token-env AWS_ID_TOKEN', does: 'in GitLab, where a job names its variable' },
  ],
  run: async ({ options }) => {
    const { fetchCiToken } = await import('@rolecall/credentials/ci')
    const { readTokenOptions } = await import('../token-options.ts')
    const { writeErr, writeOut } = await import('../output.ts')
    const token = await fetchCiToken({ ...readTokenOptions(options), roleArn: options['role-arn'][0] })
    if (options.raw) {
      const { maskSecrets } = await import('../formats/github.ts')
      if (process.env['GITHUB_ACTIONS'] === 'true') writeErr(maskSecrets([token.token]))
      writeOut(`${token.token}\n`)
      return 0
    }
    const { renderToken, toTokenJson } = await import('../render/token.ts')
    writeOut(options.json ? `${JSON.stringify(toTokenJson(token), null, 2)}\n` : renderToken(token))
    return 0
  },
})
