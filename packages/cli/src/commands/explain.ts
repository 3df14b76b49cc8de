import { type Command, defineCommand } from '../command.ts'
import { MFA_OPTIONS } from '../session-options.ts'
import { TOKEN_OPTIONS } from '../token-options.ts'

export const explainCommand: Command = defineCommand({
  name: 'explain',
  summary: 'show how credentials are found here, and what to do',
  usage: '[options]',
  about:
    'Asks each source for real, in order, as any other command would: the first that is configured decides. Exit status 0 when credentials were found, 1 when not.',
  options: { ...TOKEN_OPTIONS, ...MFA_OPTIONS },
  examples: [
    { line: 'rolecall explain', does: 'why these credentials, or why none' },
    { line: 'rolecall explain --profile prod', does: 'what profile prod leads to' },
    { line: 'rolecall explain --provider instance', does: 'what the instance metadata service says' },
    { line: 'rolecall explain --json | jq .attempts', does: 'the same for a program' },
  ],
  run: async ({ options }) => {
    const { openSource } = await import('../session.ts')
    const { writeOut } = await import('../output.ts')
    const explanation = await (await openSource(options, { mayAsk: false })).explain()
    const status = explanation.outcome === 'found' ? 0 : 1
    if (options.json) {
      writeOut(`${JSON.stringify(explanation, null, 2)}\n`)
      return status
    }
    const { renderExplanation } = await import('../render/explanation.ts')
    const { createPaint } = await import('../render/colour.ts')
    writeOut(renderExplanation(explanation, createPaint(options['no-color'], 1)))
    return status
  },
})
