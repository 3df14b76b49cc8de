import { type Command, defineCommand } from '../command.ts'
import { TOKEN_OPTIONS } from '../token-options.ts'

const CHECK_FAILED = 3

export const trustCheckCommand: Command = defineCommand({
  name: 'trust check',
  summary: 'would a role let this token in: condition by condition, with the fix',
  usage: '--policy FILE [--token FILE] [options]',
  about:
    'The policy is the trust policy of the role, or what aws iam get-role prints. The token is read and never verified; that it has expired is told and decides nothing. Exit status: 0 let in, 3 refused.',
  options: {
    policy: { value: 'FILE', summary: 'trust policy of the role', completes: 'files' },
    token: { value: 'FILE', summary: 'OIDC token of the job; default the one that the CI gives', completes: 'files' },
    ...TOKEN_OPTIONS,
    'role-arn': {
      value: 'ARN',
      summary: 'the role: the provider has to be of its account and partition',
      pattern: { test: /^arn:aws[a-z-]*:iam::\d{12}:role\/./, expected: 'the ARN of a role' },
    },
    'session-name': { value: 'NAME', summary: 'what sts:RoleSessionName is compared with' },
    context: {
      value: 'KEY=VALUE',
      summary: 'a condition key that no token holds, such as aws:SourceIp; repeat it for a list',
      multiple: true,
      pattern: { test: /^[^=:]+:[^=]+=/, expected: 'KEY=VALUE, the key with its prefix' },
    },
  },
  examples: [
    {
      line: 'rolecall trust check --policy trust.json --token token.jwt',
      does: 'each condition, and what would change it',
    },
    {
      line: 'rolecall trust check --policy trust.json --token token.jwt --context aws:SourceIp=203.0.113.7',
      does: 'with a condition key of the network',
    },
    { line: 'rolecall trust check --policy trust.json --token token.jwt --json', does: 'the same, for a program' },
  ],
  run: async ({ options }) => {
    const { readToken, readPolicyFile } = await import('../trust/files.ts')
    const { checkTrust, readTrustPolicy, readWebIdentityToken } = await import('@rolecall/credentials/trust')
    const { readContext } = await import('../trust/context.ts')
    const { writeOut } = await import('../output.ts')
    const { file, text } = await readPolicyFile(options.policy, 'trust check')
    const policy = readTrustPolicy(text, file)
    const given = await readToken(options, options['role-arn'])
    const token = readWebIdentityToken(given.text, given.file)
    const result = checkTrust(policy, token, {
      roleArn: options['role-arn'],
      sessionName: options['session-name'],
      context: readContext(options.context),
      nowMs: Date.now(),
    })
    if (options.json) writeOut(`${JSON.stringify(result, null, 2)}\n`)
    else {
      const { renderTrustCheck } = await import('../render/trust-check.ts')
      const { createPaint } = await import('../render/colour.ts')
      writeOut(renderTrustCheck(result, token, file, createPaint(options['no-color'], 1)))
    }
    return result.allowed ? 0 : CHECK_FAILED
  },
})
