/** What a passphrase has locked: private keys, and the parts of PKCS#12 files. */
import { decodeDer } from '../formats/der.ts'
import { derivePkcs12Key } from '../formats/pkcs12-key.ts'
import type { Encrypted } from '../formats/private-key.ts'
import type { Host, OldCiphers } from '../model/host.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** @returns undefined for another passphrase than that; `old` where this host does not have the cipher. */
export async function decrypt(
  host: Pick<Host, 'oldCiphers'>,
  encrypted: Encrypted,
  passphrase: string,
): Promise<Bytes | undefined | 'old'> {
  const plain = await decryptAny(host, encrypted, passphrase)
  return plain instanceof Uint8Array && decodeDer(plain).length === 0 ? undefined : plain // the padding was right by chance
}

async function decryptAny(
  { oldCiphers }: Pick<Host, 'oldCiphers'>,
  { data, salt, iterations, cipher }: Encrypted,
  passphrase: string,
): Promise<Bytes | undefined | 'old'> {
  if (cipher.kind === 'AES') {
    const { iv, bits, hash } = cipher
    return decryptAes(await derivePbkdf2Key(passphrase, { salt, iterations, hash, bits }), iv, data)
  }
  if (!oldCiphers) return 'old'
  if (cipher.kind === '3DES') {
    const key = await derivePbkdf2Key(passphrase, { salt, iterations, hash: cipher.hash, bits: 192 })
    return decryptTripleDes(oldCiphers, key, cipher.iv, data)
  }
  const from = { passphrase, salt, iterations, sha1: oldCiphers.sha1 }
  const key = derivePkcs12Key('key', cipher.keyBytes, from)
  const whole = Uint8Array.from([...key, ...key].slice(0, 24)) // of two keys the first is the third
  return decryptTripleDes(oldCiphers, whole, derivePkcs12Key('iv', 8, from), data)
}

async function derivePbkdf2Key(
  passphrase: string,
  { salt, iterations, hash, bits }: { salt: Bytes; iterations: number; hash: string; bits: number },
): Promise<Bytes> {
  const text = new TextEncoder().encode(passphrase)
  const key = await crypto.subtle.importKey('raw', text, 'PBKDF2', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', salt, iterations, hash }, key, bits))
}

async function decryptAes(key: Bytes, iv: Bytes, data: Bytes): Promise<Bytes | undefined> {
  const imported = await crypto.subtle.importKey('raw', key, 'AES-CBC', false, ['decrypt'])
  const plain = await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, imported, data).catch(() => undefined)
  return plain && new Uint8Array(plain)
}

function decryptTripleDes(ciphers: OldCiphers, key: Bytes, iv: Bytes, data: Bytes): Bytes | undefined | 'old' {
  try {
    const plain = ciphers.decryptTripleDes(key, iv, data)
    return plain && new Uint8Array(plain)
  } catch {
    return 'old'
  }
}
