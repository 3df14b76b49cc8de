/**
 * The key that entries are sealed with, where somebody wants them sealed.
 *
 * Reads   ROLECALL_STORE_KEY: `keychain`, `file`, `env` or `stdin`; ROLECALL_STORE_SECRET: 32 bytes as base64
 * @module
 */
import { withDeadline } from '../clients/deadline.ts'
import { CredentialsError } from '../errors.ts'
import { decodeBase64, encodeBase64Url } from '../formats/base64.ts'
import { joinPath } from '../formats/paths.ts'
import { readVariable } from '../formats/variable.ts'
import type { Host } from '../model/host.ts'
import { sha256Hex } from './digest.ts'
import type { StoreCaller } from './store-caller.ts'

const KEY_BYTES = 32
const NAME = 'store-key'
const FILE_MODE = 0o600
/** A keychain that asks a person, or hangs, is none. */
const KEYCHAIN_TIMEOUT_MS = 2_000

const VARIABLE = 'ROLECALL_STORE_KEY'
const SECRET_VARIABLE = 'ROLECALL_STORE_SECRET'

export interface StoreKey {
  readonly bytes: Uint8Array
  /** Told to people: `the keychain`, a file, a variable. */
  readonly keptIn: string
}

/** @param folder of the store. @returns undefined where entries are not sealed. Throws CredentialsError `CONFIG_INVALID`, and what the host rejects with. */
export async function findStoreKey(caller: StoreCaller, folder: string): Promise<StoreKey | undefined> {
  const { host } = caller
  const place = readVariable(host.env, VARIABLE)
  switch (place) {
    case undefined:
      return undefined
    case 'keychain':
      return (await fromKeychain(caller, folder)) ?? fromVariable(host) ?? fromFile(caller, folder, true)
    case 'file':
      return fromFile(caller, folder, false)
    case 'env':
      return fromVariable(host) ?? refuse(`${SECRET_VARIABLE} is not set`, `Set it to the output of ${MAKE}`)
    case 'stdin':
      return parse(await host.readStdinLine?.(), 'standard input')
    default:
      return refuse(`${VARIABLE} is ${place}`, 'Set it to keychain, file, env or stdin')
  }
}

const MAKE = 'openssl rand -base64 32'

/** undefined where there is no keychain, or it does not answer in time. */
async function fromKeychain({ host, signal }: StoreCaller, folder: string): Promise<StoreKey | undefined> {
  const { keychain } = host
  if (!keychain) return undefined
  const readOrMake = async (): Promise<Uint8Array> => {
    const kept = decodeKey(await keychain.read(NAME))
    if (kept) return kept
    const made = makeKey(host)
    await keychain.write(NAME, encodeBase64Url(made))
    return made
  }
  const work = (own: AbortSignal) => host.withLock(joinPath(host.platform, folder, 'keychain'), readOrMake, own)
  try {
    return { bytes: await withDeadline(host, KEYCHAIN_TIMEOUT_MS, signal, work), keptIn: 'the keychain' }
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

function fromVariable({ env }: Host): StoreKey | undefined {
  const secret = readVariable(env, SECRET_VARIABLE)
  return secret === undefined ? undefined : parse(secret, SECRET_VARIABLE)
}

/** Made where there is none yet. @param instead of the keychain: whoever wanted that is told once. */
async function fromFile({ host, signal, trace }: StoreCaller, folder: string, instead: boolean): Promise<StoreKey> {
  const file = joinPath(host.platform, folder, NAME)
  const read = async () => decodeKey(new TextDecoder().decode(await host.readFile(file)))
  const make = async (): Promise<Uint8Array> => {
    const kept = await read()
    if (kept) return kept
    const made = makeKey(host)
    await host.writeFile(file, new TextEncoder().encode(encodeBase64Url(made)), { mode: FILE_MODE })
    if (instead) {
      const text = `no keychain answers here: the key of the shared store is in ${file}`
      trace?.warn({ code: 'STORE_KEY_IN_FILE', text, remedy: `Set ${VARIABLE}=file, or ${SECRET_VARIABLE}.` })
    }
    return made
  }
  return { bytes: (await read()) ?? (await host.withLock(file, make, signal)), keptIn: file }
}

function parse(secret: string | undefined, from: string): StoreKey {
  const bytes = decodeKey(secret)
  return bytes
    ? { bytes, keptIn: from }
    : refuse(`${from} has no key of ${KEY_BYTES} bytes`, `Give it the output of ${MAKE}`)
}

function decodeKey(text: string | undefined): Uint8Array | undefined {
  const bytes = text === undefined ? undefined : decodeBase64(text.trim())
  return bytes?.length === KEY_BYTES ? bytes : undefined
}

/** Of 488 random bits, by way of the host's identifiers. */
function makeKey({ randomUuid }: Host): Uint8Array {
  const random = Array.from({ length: 4 }, randomUuid).join()
  return Uint8Array.from(sha256Hex(random).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function refuse(problem: string, remedy: string): never {
  throw new CredentialsError(problem, { code: 'CONFIG_INVALID', source: 'store', remedy })
}
