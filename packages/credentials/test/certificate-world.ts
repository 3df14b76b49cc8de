import {
  createCipheriv,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  pbkdf2Sync,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto'
import { expect } from 'vitest'
import { derivePkcs12Key } from '../src/formats/pkcs12-key.ts'
import type { Sent } from './fake-host.ts'

export interface Issued {
  readonly key: KeyObject
  readonly certificate: string
  readonly x509: X509Certificate
}

export type KeyKind = 'rsa' | 'P-256' | 'P-384' | 'P-521'

export function makeKey(kind: KeyKind): KeyObject {
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return generateKeyPairSync('ec', { namedCurve: kind }).privateKey
}

/** A certificate made here, by hand: it needs no other program. Without an issuer it signs itself. */
export function issue(
  name: string,
  serial: bigint,
  kind: KeyKind = 'P-256',
  issuer?: { name: string; key: KeyObject },
  extensions: readonly Buffer[] = [],
): Issued {
  const key = makeKey(kind)
  const signer = issuer?.key ?? key
  const algorithm =
    signer.asymmetricKeyType === 'rsa'
      ? sequence(oid('2a864886f70d01010b'), Buffer.of(5, 0))
      : sequence(oid('2a8648ce3d040302'))
  const publicKey = Buffer.from(new Uint8Array(publicDer(key)))
  const body = sequence(
    tlv(0xa0, tlv(2, Buffer.of(2))),
    tlv(2, Buffer.from(serialHex(serial), 'hex')),
    algorithm,
    nameOf(issuer?.name ?? name),
    sequence(tlv(0x17, Buffer.from('250101000000Z')), tlv(0x17, Buffer.from('350101000000Z'))),
    nameOf(name),
    publicKey,
    ...(extensions.length === 0 ? [] : [tlv(0xa3, sequence(...extensions))]),
  )
  const signature = sign('sha256', body, signer)
  const der = sequence(body, algorithm, tlv(3, Buffer.concat([Buffer.of(0), signature])))
  const certificate = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`
  const x509 = new X509Certificate(certificate) // OpenSSL finds it well made
  expect(x509.verify(issuer ? publicOf(issuer.key) : publicOf(key))).toBe(true)
  return { key, certificate, x509 }
}

/** Extension: it may sign others. */
export function isAuthority(): Buffer {
  return sequence(oid('551d13'), tlv(4, sequence(tlv(1, Buffer.of(0xff)))))
}

/** Extension: the servers that it is for. */
export function forHosts(names: readonly string[], addresses: readonly number[][] = []): Buffer {
  const parts = [
    ...names.map((name) => tlv(0x82, Buffer.from(name))),
    ...addresses.map((address) => tlv(0x87, Buffer.from(address))),
  ]
  return sequence(oid('551d11'), tlv(4, sequence(...parts)))
}

/** As the service does it: from the request alone, by other means than those that signed it. */
export function checkSignature({ method, url, headers, body }: Sent): X509Certificate {
  const { host, pathname } = new URL(url)
  const match =
    /^AWS4-X509-(RSA|ECDSA)-SHA256 Credential=(\d+)\/(\d{8}\/[\w-]+\/rolesanywhere\/aws4_request), SignedHeaders=([\w;-]+), Signature=([0-9a-f]+)$/.exec(
      headers['authorization'] ?? '',
    )
  const [, kind, serial, scope, names = '', signature = ''] = match ?? []
  const certificate = new X509Certificate(Buffer.from(headers['x-amz-x509'] ?? '', 'base64'))
  expect(serial, 'in decimal').toBe(BigInt(`0x${certificate.serialNumber}`).toString())
  expect(names.split(';')).toEqual([...names.split(';')].sort())
  const mustSign = [
    'host',
    'content-type',
    'x-amz-date',
    'x-amz-x509',
    ...(headers['x-amz-x509-chain'] ? ['x-amz-x509-chain'] : []),
  ]
  expect(names.split(';')).toEqual(expect.arrayContaining(mustSign))

  const values: Record<string, string | undefined> = { ...headers, host }
  const lines = names.split(';').map((name) => `${name}:${values[name]}\n`)
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
  const canonical = `${method}\n${pathname}\n\n${lines.join('')}\n${names}\n${hash(body)}`
  const text = `AWS4-X509-${kind}-SHA256\n${headers['x-amz-date']}\n${scope}\n${hash(canonical)}`
  expect(verify('sha256', Buffer.from(text), certificate.publicKey, Buffer.from(signature, 'hex'))).toBe(true)
  expect(kind).toBe(certificate.publicKey.asymmetricKeyType === 'rsa' ? 'RSA' : 'ECDSA')
  return certificate
}

/** `3DES` as OpenSSL encrypts keys; `PKCS#12 3DES` as old programs encrypt whole files, with three keys or two. */
export type PassphraseCipher = 'AES' | '3DES' | 'PKCS#12 3DES' | 'PKCS#12 3DES, two keys'

export interface Pkcs12 {
  readonly key: KeyObject
  /** The one of the key, then others. */
  readonly certificates: readonly Issued[]
  /** Where the key's own certificate stands among them. Default: first. */
  readonly ownAt?: number
  /** Without one nothing is encrypted. */
  readonly passphrase?: string
  /** Default: AES. */
  readonly cipher?: PassphraseCipher
  readonly areCertificatesEncrypted?: boolean
}

/** A .p12 file as OpenSSL 3 writes it, made by hand. What signs it as a whole is left out. */
export function makePkcs12(file: Pkcs12): Buffer {
  const { key, certificates, ownAt = 0, passphrase, cipher, areCertificatesEncrypted = passphrase !== undefined } = file
  const keyId = tlv(0x31, sequence(oid('2a864886f70d010915'), tlv(0x31, tlv(4, Buffer.from('own')))))
  const certificateBags = certificates.map(({ x509 }, at) =>
    sequence(
      oid('2a864886f70d010c0a0103'),
      tlv(0xa0, sequence(oid('2a864886f70d01091601'), tlv(0xa0, tlv(4, x509.raw)))),
      ...(at === ownAt ? [keyId] : []),
    ),
  )
  const plainKey = key.export({ type: 'pkcs8', format: 'der' })
  const keyBag =
    passphrase === undefined
      ? sequence(oid('2a864886f70d010c0a0101'), tlv(0xa0, plainKey), keyId)
      : sequence(oid('2a864886f70d010c0a0102'), tlv(0xa0, sequence(...encrypt(plainKey, passphrase, cipher))), keyId)

  const data = (content: Buffer): Buffer => sequence(oid('2a864886f70d010701'), tlv(0xa0, tlv(4, content)))
  const encrypted = (content: Buffer): Buffer => {
    const [scheme, cipherText] = encrypt(content, passphrase ?? '', cipher)
    const info = sequence(oid('2a864886f70d010701'), scheme, tlv(0x80, cipherText.subarray(4)))
    return sequence(oid('2a864886f70d010706'), tlv(0xa0, sequence(tlv(2, Buffer.of(0)), info)))
  }
  const safe = sequence(...certificateBags)
  const safes = sequence(areCertificatesEncrypted ? encrypted(safe) : data(safe), data(sequence(keyBag)))
  return sequence(tlv(2, Buffer.of(3)), data(safes))
}

/** What it is encrypted by, and an octet string of two length bytes. */
function encrypt(plain: Buffer, passphrase: string, how: PassphraseCipher = 'AES'): [scheme: Buffer, text: Buffer] {
  if (how === 'PKCS#12 3DES' || how === 'PKCS#12 3DES, two keys') return encryptInOldWay(plain, passphrase, how)
  const salt = Buffer.from('salt-salt')
  const iv = Buffer.alloc(how === 'AES' ? 16 : 8, 7)
  const [name, keyBytes, id] =
    how === 'AES' ? ['aes-256-cbc', 32, '60864801650304012a'] : ['des-ede3-cbc', 24, '2a864886f70d0307']
  const cipher = createCipheriv(String(name), pbkdf2Sync(passphrase, salt, 2048, Number(keyBytes), 'sha256'), iv)
  const prf = sequence(oid('2a864886f70d0209'), Buffer.of(5, 0))
  const derivation = sequence(oid('2a864886f70d01050c'), sequence(tlv(4, salt), tlv(2, Buffer.of(8, 0)), prf))
  const scheme = sequence(derivation, sequence(oid(String(id)), tlv(4, iv)))
  return [sequence(oid('2a864886f70d01050d'), scheme), tlv(4, Buffer.concat([cipher.update(plain), cipher.final()]))]
}

function encryptInOldWay(plain: Buffer, passphrase: string, how: PassphraseCipher): [scheme: Buffer, text: Buffer] {
  const salt = Buffer.from('old-salt')
  const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest()
  const from = { passphrase, salt, iterations: 2048, sha1 }
  const key =
    how === 'PKCS#12 3DES'
      ? derivePkcs12Key('key', 24, from)
      : Buffer.from([0, 8, 0].flatMap((at) => [...derivePkcs12Key('key', 16, from).subarray(at, at + 8)]))
  const cipher = createCipheriv('des-ede3-cbc', key, derivePkcs12Key('iv', 8, from))
  const id = oid(how === 'PKCS#12 3DES' ? '2a864886f70d010c0103' : '2a864886f70d010c0104')
  const scheme = sequence(id, sequence(tlv(4, salt), tlv(2, Buffer.of(8, 0))))
  return [scheme, tlv(4, Buffer.concat([cipher.update(plain), cipher.final()]))]
}

function publicOf(key: KeyObject): KeyObject {
  return createPublicKey(key)
}

function publicDer(key: KeyObject): Buffer {
  return publicOf(key).export({ type: 'spki', format: 'der' })
}

function serialHex(serial: bigint): string {
  const hex = serial.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  return Number.parseInt(even.slice(0, 2), 16) < 0x80 ? even : `00${even}`
}

function nameOf(name: string): Buffer {
  return sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))))
}

function oid(hex: string): Buffer {
  return tlv(6, Buffer.from(hex, 'hex'))
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, ...parts)
}

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const size = content.length.toString(16).padStart(content.length < 0x100 ? 2 : 4, '0')
  const length = content.length < 0x80 ? size : `8${size.length / 2}${size}`
  return Buffer.concat([Buffer.of(tag), Buffer.from(length, 'hex'), content])
}
