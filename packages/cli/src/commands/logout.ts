import { type Command, defineCommand } from '../command.ts'

export const logoutCommand: Command = defineCommand({
  name: 'logout',
  summary: 'end a sign-in and remove its file',
  usage: '[--all] [options]',
  about:
    'Ends the sign-in of the profile, for every program that uses it. A service that cannot be reached does not keep the file. All other files stay.',
  options: {
    'sso-session': { value: 'NAME', summary: 'end the sign-in to this sso-session of the config file' },
    all: { summary: 'end every sign-in of this user, of SSO and of aws login' },
  },
  examples: [
    { line: 'rolecall logout --profile dev', does: 'of the session that profile dev uses' },
    { line: 'rolecall logout --all', does: 'before this machine goes to somebody else' },
  ],
  run: async ({ options }) => {
    const { signOut } = await import('../login/sign-out.ts')
    const { renderSignOut } = await import('../login/render.ts')
    const { writeOut } = await import('../output.ts')
    const removed = await signOut(options)
    writeOut(options.json ? `${JSON.stringify(removed, null, 2)}\n` : renderSignOut(removed))
    return 0
  },
})
