// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { CredentialSource, Explanation, Provider, StaticKeys } from '@rolecall/credentials'
import { given } from './given.ts'
import type { AwsOptions, CredentialProvider } from './options.ts'

/** Where keys come from: whatever was given is asked in one way, through `@rolecall/credentials`. */
export interface KeySource {
  keys(request: { readonly minValidityMs?: number }): Promise<StaticKeys>
  renewed(refused: StaticKeys): Promise<StaticKeys>
  region(): Promise<string>
  origin(keys: StaticKeys): Promise<string>
}

type Library = typeof import('@rolecall/credentials')

/** How long an error may wait for its explanation. */
const EXPLANATION_MS = 3_000

export async function openSource(options: AwsOptions): Promise<KeySource> {
  // The library is ES modules only. A dynamic import is how CommonJS gets one, on every Node that we run on.
  const library = await import('@rolecall/credentials')
  const { region, profile, credentials, role, store } = options
  const named = given({ region, profile, store })
  if (typeof credentials !== 'function')
    return fromLibrary(library, library.createCredentials(given({ region, profile, credentials, role, store })))
  if (role === undefined && remembers(credentials))
    return fromCaller(library, credentials, library.createCredentials(named).region)
  const { provider, force } = asProvider(credentials)
  const source = library.createCredentials({ ...named, ...given({ role }), sources: [provider] })
  return fromLibrary(library, source, force)
}

function fromLibrary(
  library: Library,
  source: CredentialSource,
  force: (refused: StaticKeys) => void = () => {},
): KeySource {
  return {
    keys: source,
    renewed(refused) {
      force(refused)
      source.invalidate(refused.accessKeyId)
      return source()
    },
    region: source.region,
    origin: (keys) => describeOrigin(library, keys, source),
  }
}

/** Has a memory of its own, and is asked each time. */
function fromCaller(library: Library, source: Remembering, region: () => Promise<string>): KeySource {
  return {
    keys: source,
    renewed(refused) {
      source.invalidate(refused.accessKeyId)
      return source()
    },
    region,
    origin: (keys) => describeOrigin(library, keys, source),
  }
}

/** As `createCredentials()` makes them. */
interface Remembering extends CredentialProvider {
  invalidate(rejectedAccessKeyId: string): void
  explain?(request: { readonly signal: AbortSignal }): Promise<Explanation>
}

function remembers(provider: CredentialProvider): provider is Remembering {
  return 'invalidate' in provider && typeof provider.invalidate === 'function'
}

/** A plain function, asked when its keys end, and told when they were refused before that. */
function asProvider(credentials: CredentialProvider): {
  readonly provider: Provider
  readonly force: (refused: StaticKeys) => void
} {
  let givenKeyId: string | undefined
  let forced = false
  return {
    provider: {
      name: 'credentials',
      async provide() {
        const keys = await credentials(forced ? { forceRefresh: true } : {})
        forced = false
        givenKeyId = keys.accessKeyId
        return keys
      },
    },
    force({ accessKeyId }) {
      if (accessKeyId === givenKeyId) forced = true
    },
  }
}

async function describeOrigin(
  { maskKeyId, printable }: Library,
  keys: StaticKeys,
  source: Pick<Remembering, 'explain'>,
): Promise<string> {
  const explanation = await source.explain?.({ signal: AbortSignal.timeout(EXPLANATION_MS) }).catch(() => undefined)
  const winner = explanation?.attempts.findLast(({ outcome }) => outcome === 'found')
  const from = 'source' in keys ? ` from ${keys.source}` : ''
  const details = Object.entries(winner?.facts ?? {}).map(([name, value]) => `${name} ${value}`)
  return printable(`The request was signed with ${maskKeyId(keys.accessKeyId)}${from}${list(details)}`)
}

function list(details: readonly string[]): string {
  return details.length > 0 ? ` (${details.join(', ')})` : ''
}
