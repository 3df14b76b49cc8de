import { type Command, defineCommand } from '../command.ts'
import { HANDOUT_OPTIONS } from '../handout-options.ts'

const FORMATS = ['env', 'fish', 'powershell', 'cmd', 'dotenv'] as const

export const serveCommand: Command = defineCommand({
  name: 'serve',
  summary: 'serve credentials to any program of this machine, and keep them fresh',
  usage: '[--port N] [--imds] [--socket PATH] [options]',
  about:
    'Listens on loopback, prints the variables by which every AWS SDK finds it, and stays until Ctrl-C or SIGTERM. All callers get one session, renewed before it ends. Who has not the token gets nothing; a web page gets nothing at all.',
  options: {
    profile: {
      value: 'NAME',
      summary: 'serve this profile; repeatable: the first is at /, each at /profiles/NAME',
      multiple: true,
      completes: 'profiles',
    },
    port: {
      value: 'N',
      summary: 'listen on this port; default one that is free',
      pattern: {
        test: /^(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/,
        expected: 'a port: 0 to 65535',
      },
    },
    imds: { summary: 'serve them as an instance does, too: any program that reaches the port gets them' },
    'token-file': {
      value: 'PATH',
      summary: 'keep the token in this file: for programs that are told of it beforehand',
      completes: 'files',
    },
    socket: { value: 'PATH', summary: 'listen on a socket file, too', completes: 'files' },
    format: { value: 'FORMAT', summary: `${FORMATS.join(', ')}; default env`, choices: FORMATS },
    ...HANDOUT_OPTIONS,
  },
  examples: [
    { line: 'rolecall serve --profile deploy > serve.env', does: 'then, in another shell: . ./serve.env' },
    { line: 'rolecall serve --profile dev --profile prod', does: 'prod is at /profiles/prod' },
    { line: 'rolecall serve --json --port 9911', does: 'for a supervisor: one object a line' },
  ],
  run: async ({ options }) => {
    const { serve } = await import('../serve/serve.ts')
    const { profile: profiles, port, socket, 'token-file': tokenFile, imds, format, ...values } = options
    const settings = {
      port: Number(port ?? 0),
      socketPath: socket,
      tokenFile,
      imds,
      format: format ?? 'env',
      json: options.json,
    }
    return serve({ values, profiles, ...settings })
  },
})
