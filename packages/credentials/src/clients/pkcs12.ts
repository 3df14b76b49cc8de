/** Opens a PKCS#12 file: the certificate, those between it and the root, and the key, ready to sign. */
import { type Certificate, readCertificate } from '../formats/certificate.ts'
import { type Bags, readBags, readSafes } from '../formats/pkcs12.ts'
import { decrypt, importKey } from './signing-key.ts'
import type { X509Identity } from './x509-signing.ts'

const OLD = 'is encrypted in an old way (3DES or RC2)'

/**
 * @param readPassphrase asked at most once; an empty one where nobody has it.
 * @returns what is wrong, as the end of a sentence, where the file cannot be used.
 */
export async function openPkcs12(
  file: Uint8Array<ArrayBuffer>,
  readPassphrase: (() => Promise<string>) | undefined,
): Promise<X509Identity | string> {
  const safes = readSafes(file)
  if (!safes) return 'is no PKCS#12 file'
  let passphrase: Promise<string> | undefined
  const askOnce = (): Promise<string> => (passphrase ??= readPassphrase?.() ?? Promise.resolve(''))
  const wrong = readPassphrase
    ? 'is not encrypted with the passphrase given'
    : 'is encrypted, and no passphrase is given'

  const bags: Bags[] = []
  for (const safe of safes) {
    if (safe === 'old') return OLD
    const content = 'content' in safe ? safe.content : await decrypt(safe.encrypted, await askOnce())
    if (!content) return wrong
    bags.push(readBags(content))
  }
  const [found] = bags.flatMap(({ keys }) => keys)
  if (!found) return 'holds no private key'
  if (found.key === 'old') return OLD
  const pkcs8 = found.key instanceof Uint8Array ? found.key : await decrypt(found.key, await askOnce())
  if (!pkcs8) return wrong
  const key = await importKey(pkcs8)
  if (typeof key === 'string') return `holds a private key that ${key}`

  const all = bags.flatMap(({ certificates }) => certificates)
  const own = all.find(({ keyId }) => keyId === found.keyId) ?? all[0]
  const certificate = own && readCertificate(own.der)
  if (!certificate) return 'holds no certificate'
  const others = all.filter((one) => one !== own).map(({ der }) => readCertificate(der))
  const chain = others.filter((one): one is Certificate => one !== undefined && !one.isRoot)
  return { certificate, chain, key }
}
