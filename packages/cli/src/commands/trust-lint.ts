import { type Command, defineCommand } from '../command.ts'

const CHECK_FAILED = 3

export const trustLintCommand: Command = defineCommand({
  name: 'trust lint',
  summary: 'find what is dangerous or broken in a trust policy',
  usage: '--policy FILE [options]',
  about: 'Each finding says why and what to do. Exit status: 0 nothing or notes alone, 3 errors or warnings.',
  options: {
    policy: { value: 'FILE', summary: 'trust policy of a role, or what aws iam get-role prints', completes: 'files' },
  },
  examples: [
    { line: 'rolecall trust lint --policy trust.json', does: 'findings with file and line' },
    {
      line: 'aws iam get-role --role-name deploy >role.json; rolecall trust lint --policy role.json',
      does: 'of a role',
    },
    { line: 'rolecall trust lint --policy trust.json --json', does: 'the same, for a program' },
  ],
  run: async ({ options }) => {
    const { readPolicyFile } = await import('../trust/files.ts')
    const { lintTrustPolicy, readTrustPolicy } = await import('@rolecall/credentials/trust')
    const { writeOut } = await import('../output.ts')
    const { file, text } = await readPolicyFile(options.policy, 'trust lint')
    const findings = lintTrustPolicy(readTrustPolicy(text, file))
    if (options.json) writeOut(`${JSON.stringify({ findings }, null, 2)}\n`)
    else {
      const { renderTrustFindings } = await import('../render/trust-findings.ts')
      const { createPaint } = await import('../render/colour.ts')
      writeOut(renderTrustFindings(findings, file, createPaint(options['no-color'], 1)))
    }
    return findings.some(({ severity }) => severity !== 'note') ? CHECK_FAILED : 0
  },
})
