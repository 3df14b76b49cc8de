/**
 * PKCS#12 files (.p12, .pfx): certificates and their private key in one, under one passphrase.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc7292
 * @module
 */
import { DER_OBJECT_ID, DER_OCTET_STRING, DER_SEQUENCE, type DerValue, decodeDer, openDer } from './der.ts'
import { type Encrypted, hexOf, readEncryptedKey, readEncryption } from './private-key.ts'

type Bytes = Uint8Array<ArrayBuffer>

const DATA = '2a864886f70d010701'
const ENCRYPTED_DATA = '2a864886f70d010706'
const KEY_BAG = '2a864886f70d010c0a0101'
const SHROUDED_KEY_BAG = '2a864886f70d010c0a0102'
const CERTIFICATE_BAG = '2a864886f70d010c0a0103'
const X509 = '2a864886f70d01091601'
const LOCAL_KEY_ID = '2a864886f70d010915'

/** One part of a file: as it stands, or to be decrypted first. `old` is encrypted in a way that is not read here. */
export type Safe = { readonly content: Bytes } | { readonly encrypted: Encrypted } | 'old'

export interface Bags {
  /** DER, with what says which key is whose. */
  readonly certificates: readonly { readonly der: Bytes; readonly keyId: string }[]
  /** DER of PKCS#8. */
  readonly keys: readonly { readonly key: Bytes | Encrypted | 'old'; readonly keyId: string }[]
}

/** What begins as DER of a file does, be it a key, a certificate or PKCS#12; PEM is text. */
export function isDer(bytes: Uint8Array): boolean {
  return bytes[0] === DER_SEQUENCE
}

/** undefined for what is no PKCS#12. The signature of the whole is not looked at: who writes the file may write it anew. */
export function readSafes(file: Bytes): Safe[] | undefined {
  const [, authSafe] = openDer(file)
  const content = explicitContent(authSafe, DATA)
  if (!content || content.tag !== DER_OCTET_STRING) return undefined
  return openDer(content.content).map(readSafe)
}

/** The keys and certificates of a part, in order. */
export function readBags(content: Bytes): Bags {
  const certificates: { der: Bytes; keyId: string }[] = []
  const keys: { key: Bytes | Encrypted | 'old'; keyId: string }[] = []
  for (const bag of openDer(content)) {
    const [kind, wrapped, attributes] = decodeDer(bag.content)
    const keyId = readKeyId(attributes)
    const value = wrapped?.content ?? new Uint8Array()
    if (hexOf(kind) === KEY_BAG) keys.push({ key: value, keyId })
    if (hexOf(kind) === SHROUDED_KEY_BAG) keys.push({ key: readEncryptedKey(value) ?? 'old', keyId })
    if (hexOf(kind) === CERTIFICATE_BAG) {
      const [certificate] = decodeDer(value)
      const der = explicitContent(certificate, X509)
      if (der) certificates.push({ der: der.content, keyId })
    }
  }
  return { certificates, keys }
}

function readSafe(info: DerValue): Safe {
  const plain = explicitContent(info, DATA)
  if (plain) return { content: plain.content }
  const [, content] = decodeDer(explicitContent(info, ENCRYPTED_DATA)?.content ?? new Uint8Array())
  const [, scheme, data] = decodeDer(content?.content ?? new Uint8Array())
  const encrypted = readEncryption(scheme, data?.content)
  return encrypted ? { encrypted } : 'old'
}

/** What stands in `[0]` after the object identifier that says what it is. */
function explicitContent(info: DerValue | undefined, kind: string): DerValue | undefined {
  const [type, wrapped] = decodeDer(info?.content ?? new Uint8Array())
  if (type?.tag !== DER_OBJECT_ID || hexOf(type) !== kind) return undefined
  return decodeDer(wrapped?.content ?? new Uint8Array())[0]
}

function readKeyId(attributes: DerValue | undefined): string {
  for (const { content } of decodeDer(attributes?.content ?? new Uint8Array())) {
    const [type, values] = decodeDer(content)
    if (hexOf(type) === LOCAL_KEY_ID) return hexOf(decodeDer(values?.content ?? new Uint8Array())[0])
  }
  return ''
}
