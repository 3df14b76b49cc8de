// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { StaticKeys } from '@rolecall/credentials'
import { openSource } from './key-source.ts'
import type { AwsOptions } from './options.ts'

/** Who calls: keys that are good now, new ones after a refusal, and the region that goes with them. */
export interface Identity {
  /** The caller named credentials, a profile or a role: nothing in the environment goes over them. */
  readonly given: boolean
  /** @param minValidityMs for what goes on for a while: keys with less life left are renewed first. */
  keys(minValidityMs?: number): Promise<StaticKeys>
  /** Keys to ask with once more, after these were refused as expired. */
  renewed(refused: StaticKeys): Promise<StaticKeys>
  /** @throws CredentialsError `REGION_MISSING`, `REGION_INVALID`. */
  region(): Promise<string>
  /** Where keys come from, in words for the person who has to mend it. Never throws. */
  origin(keys: StaticKeys): Promise<string>
}

/** TTS, STT and LLM with the same options in the same environment are one caller: it asks STS once for the three. */
const known = new Map<string, Identity>()

export function identityOf(options: AwsOptions): Identity {
  const key = keyOf(options)
  const identity = (key === undefined ? undefined : known.get(key)) ?? createIdentity(options)
  if (key !== undefined) known.set(key, identity)
  return identity
}

/** Without functions and keys, options are told apart by what they say and by the variables that rule the rest. */
function keyOf({ region, credentials, profile, role, store }: AwsOptions): string | undefined {
  const roles = [role ?? []].flat()
  if (credentials !== undefined || roles.some(({ mfaCode }) => mfaCode !== undefined)) return undefined
  const variables = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_') || name === 'HOME')
  return JSON.stringify([region, profile, roles, store, variables.sort()])
}

function createIdentity(options: AwsOptions): Identity {
  const { credentials, profile, role } = options
  let opened: ReturnType<typeof openSource> | undefined
  let region: Promise<string> | undefined
  const open = (): ReturnType<typeof openSource> => {
    opened ??= openSource(options)
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }
  return {
    given: credentials !== undefined || profile !== undefined || role !== undefined,
    keys: async (minValidityMs) => (await open()).keys(minValidityMs === undefined ? {} : { minValidityMs }),
    renewed: async (refused) => (await open()).renewed(refused),
    region() {
      region ??= open().then((source) => source.region())
      region.catch(() => {
        region = undefined
      })
      return region
    },
    origin: async (keys) => (await open()).origin(keys),
  }
}
