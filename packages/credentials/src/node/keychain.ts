/**
 * The keychain of this user: Keychain on macOS, Credential Manager on Windows, the Secret Service on Linux. By a library that
 * is there where it is installed.
 */
import type { Keychain } from '../model/host.ts'

const SERVICE = 'rolecall'

type Keyring = typeof import('@napi-rs/keyring')

export const keychain: Keychain = {
  async read(name) {
    return (await (await open(name)).getPassword()) ?? undefined
  },
  async write(name, secret) {
    await (await open(name)).setPassword(secret)
  },
}

/** The kernel's keyring, which forgets at a restart, does not count as one. */
async function open(name: string) {
  const { AsyncEntry } = await importIfInstalled<Keyring>('@napi-rs/keyring')
  return new AsyncEntry(SERVICE, name, { linux: { store: 'secret-service' } })
}

/** A bundler leaves alone what it cannot read: it would fail where the package is not installed. */
function importIfInstalled<T>(name: string): Promise<T> {
  return import(name)
}
