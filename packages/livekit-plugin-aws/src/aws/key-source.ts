// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { CredentialSource, Explanation, Provider, StaticKeys } from '@rolecall/credentials'
import { given } from './given.ts'
import type { AwsOptions, CredentialProvider } from './options.ts'
import { askCaller, keysOrFailure } from './source-failure.ts'

/** Where keys come from: whatever was given is asked in one way, through `@rolecall/credentials`. */
export interface KeySource {
  /** @throws CredentialsError */
  keys(request: { readonly minValidityMs?: number }): Promise<StaticKeys>
  /** @throws CredentialsError */
  renewed(refused: StaticKeys): Promise<StaticKeys>
  region(): Promise<string>
  origin(keys: StaticKeys): Promise<string>
}

type Library = typeof import('@rolecall/credentials')

/** How long an error may wait for its explanation. */
const EXPLANATION_MS = 3_000
/** What an explanation says of keys and not of whose they are. */
const BESIDE_IDENTITY: readonly string[] = ['files', 'expires']

export async function openSource(options: AwsOptions): Promise<KeySource> {
  // The library is ES modules only. A dynamic import is how CommonJS gets one, on every Node that we run on.
  const library = await import('@rolecall/credentials')
  const { region, profile, credentials, role, store } = options
  if (typeof credentials !== 'function')
    return fromLibrary(library, library.createCredentials(given({ region, profile, credentials, role, store })))
  const ownRegion = region === undefined && profile === undefined ? regionOf(credentials) : undefined
  if (role === undefined && remembers(credentials))
    return fromCaller(library, credentials, ownRegion ?? library.createCredentials(given({ region, profile })).region)
  const { provider, force } = asProvider(library, credentials)
  const forSts = region ?? (await ownRegion?.().catch(orNone))
  const source = library.createCredentials(given({ region: forSts, profile, role, store, sources: [provider] }))
  return fromLibrary(library, source, { force, region: ownRegion })
}

/** What its own options say goes over the variables here. */
function regionOf(credentials: CredentialProvider): (() => Promise<string>) | undefined {
  return remembers(credentials) ? credentials.region?.bind(credentials) : undefined
}

/** STS needs no region to be named; the request after it does, and says so. */
function orNone(error: Error & { readonly code?: string }): undefined {
  if (error.code !== 'REGION_MISSING') throw error
}

interface Particulars {
  readonly force?: (refused: StaticKeys) => void
  readonly region?: (() => Promise<string>) | undefined
}

function fromLibrary(
  library: Library,
  source: CredentialSource,
  { force = () => {}, region = source.region }: Particulars = {},
): KeySource {
  return {
    keys: (request) => keysOrFailure(library, source(request)),
    renewed(refused) {
      force(refused)
      source.invalidate(refused.accessKeyId)
      return keysOrFailure(library, source())
    },
    region,
    origin: (keys) => describeOrigin(library, keys, source),
  }
}

/** Has a memory of its own, and is asked each time. */
function fromCaller(library: Library, source: Remembering, region: () => Promise<string>): KeySource {
  const ask: CredentialProvider = (request) => keysOrFailure(library, askCaller(library, source, request))
  return {
    keys: ask,
    renewed(refused) {
      source.invalidate(refused.accessKeyId)
      return ask()
    },
    region,
    origin: (keys) => describeOrigin(library, keys, source),
  }
}

/** As `createCredentials()` makes them. */
interface Remembering extends CredentialProvider {
  invalidate(rejectedAccessKeyId: string): void
  region?(): Promise<string>
  explain?(request: { readonly signal: AbortSignal }): Promise<Explanation>
}

function remembers(provider: CredentialProvider): provider is Remembering {
  return 'invalidate' in provider && typeof provider.invalidate === 'function'
}

/** A plain function, asked when its keys end, and told when they were refused before that. */
function asProvider(
  library: Library,
  credentials: CredentialProvider,
): {
  readonly provider: Provider
  readonly force: (refused: StaticKeys) => void
} {
  let givenKeyId: string | undefined
  let forced = false
  return {
    provider: {
      name: 'credentials',
      async provide() {
        const keys = await askCaller(library, credentials, forced ? { forceRefresh: true } : {})
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
  const details = Object.entries(winner?.facts ?? {})
    .filter(([name]) => !BESIDE_IDENTITY.includes(name))
    .map(([name, value]) => `${name} ${value}`)
  return printable(`The request was signed with ${maskKeyId(keys.accessKeyId)}${from}${list(details)}`)
}

function list(details: readonly string[]): string {
  return details.length > 0 ? ` (${details.join(', ')})` : ''
}
