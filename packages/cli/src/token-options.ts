/** Options of the commands that may exchange a token for a session. */
import { CI_NAMES, type TokenOptions } from '@rolecall/credentials/ci'
import type { OptionSpecs, OptionValues } from './option.ts'

export const TOKEN_OPTIONS = {
  ci: { value: 'NAME', summary: `the CI that gives the token: ${CI_NAMES.join(', ')}`, choices: CI_NAMES },
  audience: { value: 'NAME', summary: 'who the token is for; default sts.amazonaws.com' },
  'token-env': { value: 'NAME', summary: 'the token is in this variable' },
  'token-command': { value: 'CMD', summary: 'this command prints the token' },
  'web-identity-token-file': { value: 'FILE', summary: 'the token is in this file', completes: 'files' },
  'session-tag': { value: 'CLAIM', summary: 'Buildkite: this claim is a session tag; repeatable', multiple: true },
  'service-connection-id': { value: 'ID', summary: 'of Azure DevOps: whose token it is' },
} as const satisfies OptionSpecs

export type TokenValues = Partial<OptionValues<typeof TOKEN_OPTIONS>>

export function readTokenOptions(values: TokenValues): TokenOptions {
  return {
    provider: values.ci,
    audience: values.audience,
    tokenEnv: values['token-env'],
    tokenFile: values['web-identity-token-file'],
    tokenCommand: values['token-command'],
    sessionTags: values['session-tag'],
    serviceConnectionId: values['service-connection-id'],
  }
}
