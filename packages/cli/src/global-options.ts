import type { OptionSpecs, OptionValues } from './option.ts'

/** The sources that `--provider` may name. */
export const PROVIDERS = [
  'env',
  'profile',
  'process',
  'sso',
  'login',
  'roles-anywhere',
  'web-identity',
  'ci',
  'container',
  'instance',
] as const

/** Where sessions may be kept. */
export const STORES = ['shared', 'memory'] as const

/** Options of every command. */
export const GLOBAL_OPTIONS = {
  profile: { value: 'NAME', summary: 'use this profile; keys in the environment are not used', completes: 'profiles' },
  region: { value: 'NAME', summary: 'use this region' },
  provider: { value: 'NAME', summary: `ask this source alone: ${PROVIDERS.join(', ')}`, choices: PROVIDERS },
  'role-arn': { value: 'ARN', summary: 'assume this role with what was found; repeat it for a chain', multiple: true },
  store: {
    value: 'WHERE',
    summary: 'where sessions are kept: shared (all processes of this machine; the default), or memory',
    choices: STORES,
  },
  json: { summary: 'answers and errors for programs' },
  'no-color': { summary: 'no colours, as with NO_COLOR' },
  debug: { summary: 'tell on stderr what happens and when; shows no secret' },
  help: { summary: 'show this help' },
  version: { summary: 'show the version' },
} as const satisfies OptionSpecs

export type GlobalValues = OptionValues<typeof GLOBAL_OPTIONS>
