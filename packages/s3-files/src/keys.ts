/** The keys that requests are signed with, from whatever the caller gave, asked anew for each request. */
import {
  type CredentialSource,
  type Credentials,
  createCredentials,
  fromStatic,
  type Host,
  maskKeyId,
  type StaticKeys,
} from '@rolecall/credentials'
import { invalid, type RefusedIdentity } from './errors.ts'

/** A function as the AWS SDK for JavaScript v3 takes it. What keeps keys in it is its own business. */
export type KeyProvider = (request?: { readonly forceRefresh?: boolean }) => Promise<StaticKeys>

export interface Keys {
  (): Promise<Credentials>
  /** The store refused these as expired. @returns whether there are others now. */
  renew(rejected: Credentials): Promise<boolean>
  /** Where the caller gave a source that may know more than keys. */
  readonly source: CredentialSource | undefined
}

/** @throws CredentialsError when it is asked and there are none. */
export function createKeys(given: StaticKeys | CredentialSource | KeyProvider | undefined, host: Host): Keys {
  if (typeof given === 'function') return keysOf(given, isSource(given) ? given : undefined)
  if (given === undefined) return keysOf(createCredentials({ host }))
  const keys = { ...given, sessionToken: given.sessionToken || undefined }
  return keysOf(createCredentials({ host, sources: [fromStatic(keys)] }))
}

/** Who was refused, for people. */
export function identityOf({ accountId, source, accessKeyId }: Credentials): RefusedIdentity {
  return { accountId, source, accessKeyId: maskKeyId(accessKeyId) }
}

function keysOf(provider: CredentialSource | KeyProvider, source?: CredentialSource): Keys {
  const get = async (forceRefresh = false): Promise<Credentials> =>
    complete(await provider(forceRefresh ? { forceRefresh } : undefined))

  const renew = async (rejected: Credentials): Promise<boolean> => {
    const renewable = isSource(provider) ? provider : undefined
    renewable?.invalidate(rejected.accessKeyId)
    const next = await get(!renewable)
    return next.accessKeyId !== rejected.accessKeyId || next.sessionToken !== rejected.sessionToken
  }
  return Object.assign(() => get(), { renew, source })
}

function isSource(provider: CredentialSource | KeyProvider): provider is CredentialSource {
  return 'invalidate' in provider && 'region' in provider
}

/** Every field is there; what another provider leaves out is unknown. */
function complete(keys: StaticKeys & { readonly source?: string }): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId, source = 'provider function' } = keys ?? {}
  if (!accessKeyId || !secretAccessKey)
    throw invalid('the credentials function gave no pair of keys', 'Return accessKeyId and secretAccessKey')
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined, expiration, accountId, source }
}
