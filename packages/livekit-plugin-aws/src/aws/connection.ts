// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { StaticKeys } from '@rolecall/credentials'
import { type Identity, identityOf } from './identity.ts'
import { type AwsOptions, checkEndpoint } from './options.ts'
import { readRefusal } from './refusal.ts'

/** One way to AWS, as one caller: every request is made through it, with keys of its own. */
export interface Connection {
  readonly identity: Identity
  /**
   * Does `work`; once more where it was refused for keys that are over, or for the time on this machine.
   *
   * @param minValidityMs for what goes on for a while: keys with less life left are renewed first.
   */
  call<T>(work: (config: ClientConfig) => Promise<T>, minValidityMs?: number): Promise<T>
  /** For one attempt with keys that its caller has. */
  configure(keys: StaticKeys): Promise<ClientConfig>
}

/** What the clients of the AWS SDK for all three services take. */
export interface ClientConfig {
  readonly region: string
  /** One set of keys: what is signed piece by piece, as a stream is, is signed with the same ones throughout. */
  readonly credentials?: SdkKeys
  readonly endpoint?: string
  readonly profile?: string
  readonly authSchemePreference?: string[]
  /** The framework tries again, and tells its user so. */
  readonly maxAttempts: 1
}

interface SdkKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

export interface ConnectOptions {
  /** A variable that holds a bearer token for the service, which the SDK uses where nothing else was given. */
  readonly bearerVariable?: string
}

/** @throws TypeError for an endpoint that cannot be used. */
export function connect(options: AwsOptions, { bearerVariable }: ConnectOptions = {}): Connection {
  checkEndpoint(options.endpoint)
  const identity = identityOf(options)
  const { endpoint, profile } = options

  const configureWithout = async (): Promise<ClientConfig> => ({
    region: await identity.region(),
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
  })
  const configure = async (keys: StaticKeys): Promise<ClientConfig> => ({
    ...(await configureWithout()),
    credentials: forSdk(keys),
    // a bearer token in a variable is somebody else: it goes over nothing that was given
    ...(identity.given ? { authSchemePreference: ['sigv4'] } : {}),
  })
  const attempt = async <T>(keys: StaticKeys, work: (config: ClientConfig) => Promise<T>): Promise<T> => {
    try {
      return await work(await configure(keys))
    } catch (error) {
      noteSigner(error, keys)
      throw error
    }
  }

  return {
    identity,
    configure,
    async call(work, minValidityMs) {
      if (bearerVariable && process.env[bearerVariable] && !identity.given) return work(await configureWithout())
      const keys = await identity.keys(minValidityMs)
      try {
        return await attempt(keys, work)
      } catch (error) {
        const { kind } = readRefusal(error)
        if (kind === 'skewed') return attempt(keys, work)
        if (kind === 'expired') return attempt(await identity.renewed(keys), work)
        throw error
      }
    },
  }
}

const signers = new WeakMap<object, StaticKeys>()

/** Whose keys a request was signed with that ended in this error. */
export function signerOf(error: unknown): StaticKeys | undefined {
  return typeof error === 'object' && error !== null ? signers.get(error) : undefined
}

export function noteSigner(error: unknown, keys: StaticKeys): void {
  if (typeof error === 'object' && error !== null) signers.set(error, keys)
}

/** Fields that are there and undefined are none to the SDK's types. */
function forSdk({ accessKeyId, secretAccessKey, sessionToken, expiration }: StaticKeys): SdkKeys {
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(expiration === undefined ? {} : { expiration }),
  }
}
