/** The sessions that processes share, as a person looks at them or throws them away. */
import { type Command, type CommandGroup, defineCommand } from '../command.ts'

const lsCommand: Command = defineCommand({
  name: 'cache ls',
  summary: 'list the sessions that the processes of this machine share',
  usage: '[options]',
  about:
    'Asks nobody and shows no secret. Damaged entries are left out; the next process replaces them. With ROLECALL_STORE_KEY (keychain, file, env or stdin) they are sealed.',
  options: {},
  examples: [
    { line: 'rolecall cache ls', does: 'what is kept, and until when' },
    { line: 'rolecall cache ls --json | jq -r ".[].file"', does: 'where it is kept' },
  ],
  run: async ({ options }) => {
    const { listSharedSessions } = await import('@rolecall/credentials/store')
    const { writeOut } = await import('../output.ts')
    const sessions = await listSharedSessions()
    if (options.json) {
      writeOut(`${JSON.stringify(sessions, null, 2)}\n`)
      return 0
    }
    const { renderSessions } = await import('../render/sessions.ts')
    const { createPaint } = await import('../render/colour.ts')
    writeOut(renderSessions(sessions, Date.now(), createPaint(options['no-color'], 1)))
    return 0
  },
})

const clearCommand: Command = defineCommand({
  name: 'cache clear',
  summary: 'throw the shared sessions away',
  usage: '[options]',
  about:
    'The next process asks for new ones, unless the AWS CLI has one of its own. What AWS has issued stays valid until its end, and so does what running programs hold. Sign-ins are kept: see rolecall logout.',
  options: {},
  examples: [{ line: 'rolecall cache clear', does: 'after a change of permissions or of who you are' }],
  run: async ({ options }) => {
    const { clearSharedSessions } = await import('@rolecall/credentials/store')
    const { writeErr, writeOut } = await import('../output.ts')
    const cleared = await clearSharedSessions()
    if (options.json) writeOut(`${JSON.stringify({ cleared })}\n`)
    else writeErr(`${cleared === 1 ? '1 session' : `${cleared} sessions`} thrown away\n`)
    return 0
  },
})

export const cacheGroup: CommandGroup = {
  name: 'cache',
  summary: 'look at the sessions that processes share, or throw them away',
  about: 'They are in ROLECALL_STORE_DIR, else in the folder rolecall of your cache folder.',
  examples: [
    { line: 'rolecall cache ls', does: 'what is kept, and until when' },
    { line: 'rolecall cache clear', does: 'ask anew next time' },
  ],
  commands: {
    ls: async () => lsCommand,
    clear: async () => clearCommand,
  },
}
