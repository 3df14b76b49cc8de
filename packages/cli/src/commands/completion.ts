import { type Command, defineCommand } from '../command.ts'

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const

export const completionCommand: Command = defineCommand({
  name: 'completion',
  summary: 'print a script that completes commands, options and profile names',
  usage: SHELLS.join('|'),
  operands: { SHELL: { summary: 'the shell that reads the script', choices: SHELLS } },
  options: {},
  examples: [
    { line: 'source <(rolecall completion bash)', does: 'a line of ~/.bashrc' },
    { line: 'source <(rolecall completion zsh)', does: 'a line of ~/.zshrc, after compinit' },
    { line: 'rolecall completion fish > ~/.config/fish/completions/rolecall.fish', does: 'once' },
    { line: 'rolecall completion powershell | Out-String | Invoke-Expression', does: 'a line of $PROFILE' },
  ],
  run: async ({ operands }) => {
    const { ROLECALL } = await import('./index.ts')
    const { renderCompletion } = await import('../completion/index.ts')
    const { writeOut } = await import('../output.ts')
    writeOut(await renderCompletion(operands.SHELL, ROLECALL))
    return 0
  },
})
