import type { StaticKeys } from '@rolecall/credentials'

/** Credentials as Livebook and the Erlang world write them: every field is there, and `null` says that there is none. */
export interface LivebookCredentials {
  readonly access_key_id: string
  readonly secret_access_key: string
  readonly token: string | null
}

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** Holds the secret, for the program that signs with it; printed, it shows none. */
export function toLivebook({ accessKeyId, secretAccessKey, sessionToken }: StaticKeys): LivebookCredentials {
  const keys = { access_key_id: accessKeyId, secret_access_key: secretAccessKey, token: sessionToken || null }
  const shown = {
    access_key_id: `${accessKeyId.slice(0, 4)}…`,
    secret_access_key: '…',
    token: sessionToken ? '…' : null,
  }
  return Object.defineProperty(keys, INSPECT, { value: () => shown })
}
