import { type Command, defineCommand } from '../command.ts'

export const loginCommand: Command = defineCommand({
  name: 'login',
  summary: 'sign in for a profile: IAM Identity Center (SSO), or aws login',
  usage: '[options]',
  about:
    'Does what the profile needs, in the browser. A profile without credentials gets the sign-in of aws login: its login_session is written into the config file. Where no browser can be opened here, over ssh for one, it shows a code to use in the browser of another machine. The sign-in is kept in the files of the AWS CLI: the AWS CLI and the SDKs use it too.',
  options: {
    'sso-session': { value: 'NAME', summary: 'sign in to this sso-session of the config file; no profile is needed' },
    'device-code': { summary: 'IAM Identity Center: the browser is on another machine, or a telephone' },
    remote: { summary: 'aws login: the browser is on another machine' },
    create: { summary: 'aws login: the profile may be missing from the config file, and is added to it' },
    'no-browser': { summary: 'open no browser here: show the page to open' },
  },
  examples: [
    { line: 'rolecall login --profile dev', does: 'what profile dev needs' },
    { line: 'rolecall login --sso-session corp', does: 'one sign-in for all profiles of that session' },
    { line: 'rolecall login --profile dev --device-code', does: 'with a code and a telephone' },
  ],
  run: async ({ options }) => {
    const { signIn } = await import('../login/sign-in.ts')
    const { renderSignIn } = await import('../login/render.ts')
    const { writeOut } = await import('../output.ts')
    const done = await signIn(options)
    writeOut(options.json ? `${JSON.stringify(done, null, 2)}\n` : renderSignIn(done))
    return 0
  },
})
