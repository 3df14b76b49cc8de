/**
 * Private keys in PEM files: PKCS#8, PKCS#1 and SEC1, and what an encrypted one says of its encryption.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc5958, https://www.rfc-editor.org/rfc/rfc8017 (A.1.2),
 *         https://www.rfc-editor.org/rfc/rfc5915, https://www.rfc-editor.org/rfc/rfc8018 (A.4)
 * @module
 */
import {
  DER_INTEGER,
  DER_OBJECT_ID,
  DER_OCTET_STRING,
  DER_SEQUENCE,
  type DerValue,
  decodeDer,
  decodePem,
  encodeDer,
  encodeHex,
  openDer,
} from './der.ts'

type Bytes = Uint8Array<ArrayBuffer>

const RSA = '2a864886f70d010101'
const EC = '2a8648ce3d0201'
const PBES2 = '2a864886f70d01050d'
const PBKDF2 = '2a864886f70d01050c'
const CURVES: Readonly<Record<string, string>> = {
  '2a8648ce3d030107': 'P-256',
  '2b81040022': 'P-384',
  '2b81040023': 'P-521',
}
const HASHES: Readonly<Record<string, string>> = {
  '2a864886f70d0207': 'SHA-1',
  '2a864886f70d0209': 'SHA-256',
  '2a864886f70d020a': 'SHA-384',
  '2a864886f70d020b': 'SHA-512',
}
const TRIPLE_DES = '2a864886f70d0307'
/** How many bytes of key each asks for. */
const PKCS12_TRIPLE_DES: Readonly<Record<string, number>> = {
  '2a864886f70d010c0103': 24,
  '2a864886f70d010c0104': 16,
}
const AES_BITS: Readonly<Record<string, number>> = {
  '608648016503040102': 128,
  '608648016503040116': 192,
  '60864801650304012a': 256,
}
/** More rounds than anybody uses: a broken file must not stop the program for minutes. */
const MAX_ITERATIONS = 10_000_000
/** Those of old files are worked out while all else waits. */
const MAX_OLD_ITERATIONS = 300_000

export interface Encrypted {
  readonly data: Bytes
  readonly salt: Bytes
  readonly iterations: number
  readonly cipher:
    | { readonly kind: 'AES'; readonly hash: string; readonly iv: Bytes; readonly bits: number }
    | { readonly kind: '3DES'; readonly hash: string; readonly iv: Bytes }
    /** Key and start are made in the way of PKCS#12 itself. */
    | { readonly kind: 'PKCS#12 3DES'; readonly keyBytes: number }
}

/** DER of PKCS#8, the only form that WebCrypto takes; `encrypted` needs a passphrase first. undefined: no such key. */
export function readPrivateKey(pem: string): Bytes | Encrypted | undefined {
  const [block] = decodePem(pem, 'PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY')
  switch (block?.label) {
    case 'RSA PRIVATE KEY':
      return wrap(block.der, oid(RSA), Uint8Array.of(5, 0))
    case 'EC PRIVATE KEY': {
      const [, , curve] = openDer(block.der)
      return wrap(block.der, oid(EC), curve?.tag === 0xa0 ? curve.content : oid('2a8648ce3d030107'))
    }
    case 'ENCRYPTED PRIVATE KEY':
      return readEncryptedKey(block.der)
    default:
      return block?.der
  }
}

/** The parameters of WebCrypto for keys of PKCS#8: how to read them, and how AWS has them sign. */
export function signingAlgorithm(pkcs8: Bytes): { name: string; hash: string; namedCurve?: string } | undefined {
  const [, algorithm] = openDer(pkcs8)
  const [kind, curve] = decodeDer(algorithm?.content ?? new Uint8Array())
  if (hexOf(kind) === RSA) return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const namedCurve = hexOf(kind) === EC ? CURVES[hexOf(curve)] : undefined
  return namedCurve === undefined ? undefined : { name: 'ECDSA', hash: 'SHA-256', namedCurve }
}

/** DER of PKCS#8 that is encrypted; undefined for older kinds than {@link readEncryption} reads. */
export function readEncryptedKey(der: Bytes): Encrypted | undefined {
  const [scheme, data] = openDer(der)
  return readEncryption(scheme, data?.content)
}

/**
 * PBES2 with PBKDF2 and AES-CBC, which OpenSSL has written for years, or 3DES; and the 3DES of old PKCS#12 files. undefined
 * for all else.
 */
export function readEncryption(scheme: DerValue | undefined, data: Bytes | undefined): Encrypted | undefined {
  const [kind, parameters] = decodeDer(scheme?.content ?? new Uint8Array())
  const keyBytes = PKCS12_TRIPLE_DES[hexOf(kind)]
  if (keyBytes !== undefined) return readPkcs12Encryption(keyBytes, parameters, data)
  const [derivation, cipher] = decodeDer(parameters?.content ?? new Uint8Array())
  const [function_, derived] = decodeDer(derivation?.content ?? new Uint8Array())
  const [encryption, iv] = decodeDer(cipher?.content ?? new Uint8Array())
  const [salt, rounds, ...more] = decodeDer(derived?.content ?? new Uint8Array())
  const [prf] = decodeDer(more.find(({ tag }) => tag === DER_SEQUENCE)?.content ?? new Uint8Array())

  const hash = HASHES[prf ? hexOf(prf) : '2a864886f70d0207']
  const bits = AES_BITS[hexOf(encryption)]
  const iterations = readRounds(rounds, MAX_ITERATIONS)
  if (hexOf(kind) !== PBES2 || hexOf(function_) !== PBKDF2 || !data || !salt || !iv || !hash || !iterations)
    return undefined
  const common = { data, salt: salt.content, iterations }
  if (bits) return { ...common, cipher: { kind: 'AES', hash, iv: iv.content, bits } }
  if (hexOf(encryption) !== TRIPLE_DES) return undefined
  return { ...common, cipher: { kind: '3DES', hash, iv: iv.content } }
}

function readPkcs12Encryption(
  keyBytes: number,
  parameters: DerValue | undefined,
  data: Bytes | undefined,
): Encrypted | undefined {
  const [salt, rounds] = decodeDer(parameters?.content ?? new Uint8Array())
  const iterations = readRounds(rounds, MAX_OLD_ITERATIONS)
  if (!data || !salt || !iterations) return undefined
  return { data, salt: salt.content, iterations, cipher: { kind: 'PKCS#12 3DES', keyBytes } }
}

function readRounds(rounds: DerValue | undefined, atMost: number): number | undefined {
  const iterations = Number(`0x${hexOf(rounds) || '0'}`)
  return iterations >= 1 && iterations <= atMost ? iterations : undefined
}

function wrap(key: Bytes, ...algorithm: readonly Bytes[]): Bytes {
  const version = encodeDer(DER_INTEGER, Uint8Array.of(0))
  return encodeDer(DER_SEQUENCE, version, encodeDer(DER_SEQUENCE, ...algorithm), encodeDer(DER_OCTET_STRING, key))
}

function oid(hex: string): Bytes {
  return encodeDer(
    DER_OBJECT_ID,
    Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
  )
}

export function hexOf(value: DerValue | undefined): string {
  return value ? encodeHex(value.content) : ''
}
