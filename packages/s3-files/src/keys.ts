/** The keys that requests are signed with, from whatever the caller gave, asked anew for each request. */
import {
  type CredentialSource,
  type Credentials,
  CredentialsError,
  createCredentials,
  fromStatic,
  type Host,
  maskKeyId,
  type StaticKeys,
} from '@rolecall/credentials'
import { explainsItself, invalid, type RefusedIdentity } from './errors.ts'

/** A function as the AWS SDK for JavaScript v3 takes it. What keeps keys in it is its own business. */
export type KeyProvider = (request?: { readonly forceRefresh?: boolean }) => Promise<StaticKeys>

/** The source of what such a function gives. */
const FUNCTION = 'provider function'

export interface Keys {
  (): Promise<Credentials>
  /** The store refused these as expired. @returns others, where there are any now. */
  renew(rejected: Credentials): Promise<Credentials | undefined>
  /** Where the caller gave a source that may know more than keys. */
  readonly source: CredentialSource | undefined
}

/** @throws CredentialsError when it is asked and there are none. */
export function createKeys(given: StaticKeys | CredentialSource | KeyProvider | null | undefined, host: Host): Keys {
  if (typeof given === 'function') return keysOf(given, isSource(given) ? given : undefined)
  if (given === undefined || given === null) return keysOf(createCredentials({ host }))
  const keys = { ...given, sessionToken: given.sessionToken || undefined }
  return keysOf(createCredentials({ host, sources: [fromStatic(keys)] }))
}

/** Who was refused, for people. */
export function identityOf({ accountId, source, accessKeyId }: Credentials): RefusedIdentity {
  return { accountId, source, accessKeyId: maskKeyId(accessKeyId) }
}

function keysOf(provider: CredentialSource | KeyProvider, source?: CredentialSource): Keys {
  const ask = async (request?: { readonly forceRefresh: true }): Promise<Credentials> => {
    try {
      return complete(await provider(request))
    } catch (error) {
      throw explainsItself(error) ? error : providerFailed(error)
    }
  }
  /** What a function still gives, and what it gave instead when it was asked to renew that. */
  let outdated: Credentials | undefined
  let renewed: Credentials | undefined

  const get = async (): Promise<Credentials> => {
    const keys = await ask()
    return renewed && outdated && isSame(keys, outdated) ? renewed : keys
  }
  const renew = async (rejected: Credentials): Promise<Credentials | undefined> => {
    if (isSource(provider)) provider.invalidate(rejected.accessKeyId)
    const next = await (isSource(provider) ? ask() : ask({ forceRefresh: true }))
    if (isSame(next, rejected)) return undefined
    if (!renewed || !isSame(rejected, renewed)) outdated = rejected
    renewed = next
    return next
  }
  return Object.assign(get, { renew, source })
}

function isSame(one: Credentials, other: Credentials): boolean {
  return one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken
}

function isSource(provider: CredentialSource | KeyProvider): provider is CredentialSource {
  return 'invalidate' in provider && 'region' in provider
}

/** Every field is there; what another provider leaves out is unknown. */
function complete(keys: StaticKeys & { readonly source?: string }): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId, source = FUNCTION } = keys ?? {}
  if (!accessKeyId || !secretAccessKey)
    throw invalid('the credentials function gave no pair of keys', 'Return accessKeyId and secretAccessKey')
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined, expiration, accountId, source }
}

/** What it threw may quote anything: its name is all that is passed on. */
function providerFailed(error: unknown): CredentialsError {
  const { name } = (error ?? {}) as { readonly name?: unknown }
  const shown = typeof name === 'string' && /^[A-Za-z]\w{0,63}$/.test(name) ? ` (${name})` : ''
  const remedy = 'Call it by itself where the program runs, to see what it says'
  return new CredentialsError(`it failed${shown}`, { code: 'SOURCE_UNREACHABLE', source: FUNCTION, remedy })
}
