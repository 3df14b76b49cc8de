// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** What goes wrong in the caller's own functions, as failures of credentials. */
import type { StaticKeys } from '@rolecall/credentials'
import type { CredentialProvider } from './options.ts'
import { readRefusal } from './refusal.ts'

type Library = typeof import('@rolecall/credentials')

/** What the next moment may not have. A file that is not there is none of them. */
const PASSING_CODES: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
]
/** How Node's `fetch` calls what became of a connection. */
const OF_FETCH = 'UND_ERR_'
const PASSING_KINDS: readonly string[] = ['throttled', 'timeout', 'unavailable']

/** @throws CredentialsError `KEYS_INCOMPLETE` for what is no pair of keys, and whatever the caller's function throws. */
export async function askCaller(
  { CredentialsError }: Library,
  credentials: CredentialProvider,
  request?: Parameters<CredentialProvider>[0],
): Promise<StaticKeys> {
  const keys: Partial<StaticKeys> | undefined = await credentials(request)
  if (keys?.accessKeyId && keys.secretAccessKey) return keys as StaticKeys
  throw new CredentialsError('the function that was to give keys gave no pair of them', {
    code: 'KEYS_INCOMPLETE',
    source: 'credentials',
    remedy: 'Let it return accessKeyId and secretAccessKey',
  })
}

/**
 * Also functions within the options of a source end here: providers, and what asks for the code of a device.
 *
 * @throws CredentialsError The library's as it is; of any other error only the name, since nobody knows what its text holds.
 */
export async function keysOrFailure<T>(library: Library, keys: Promise<T>): Promise<T> {
  const { CredentialsError, isCredentialsError } = library
  try {
    return await keys
  } catch (error) {
    if (isCredentialsError(error)) throw error
    throw new CredentialsError(`the function that was to give keys failed (${nameOf(error)})`, {
      code:
        isPassing(error) || isPassing((error as Error | undefined)?.cause) ? 'SOURCE_UNREACHABLE' : 'SOURCE_REFUSED',
      source: 'credentials',
      remedy: 'Call it by itself where the agent runs, to see what it says',
    })
  }
}

function isPassing(error: unknown): boolean {
  const { kind, name } = readRefusal(error)
  return PASSING_KINDS.includes(kind) || PASSING_CODES.includes(name) || name.startsWith(OF_FETCH)
}

function nameOf(error: unknown): string {
  const { name } = readRefusal(error)
  return /^[A-Za-z]\w{0,63}$/.test(name) ? name : 'Error'
}
