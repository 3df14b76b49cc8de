/** Opens a PKCS#12 file: the certificate, those between it and the root, and the key, ready to sign. */
import { type Certificate, readCertificate } from '../formats/certificate.ts'
import { type Bags, readBags, readSafes } from '../formats/pkcs12.ts'
import type { Host } from '../model/host.ts'
import { decrypt } from './decryption.ts'
import { importKey } from './signing-key.ts'
import type { X509Identity } from './x509-signing.ts'

/** What is wrong with a file that is to be converted first. */
export const OLD_PKCS12 = 'is encrypted in an old way that is not read here, as RC2'

/**
 * @param readPassphrase asked at most once; an empty one where nobody has it.
 * @returns what is wrong, as the end of a sentence, where the file cannot be used.
 */
export async function openPkcs12(
  host: Host,
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
    if (safe === 'old') return OLD_PKCS12
    const content = 'content' in safe ? safe.content : await decrypt(host, safe.encrypted, await askOnce())
    if (content === 'old') return OLD_PKCS12
    if (!content) return wrong
    bags.push(readBags(content))
  }
  const [found] = bags.flatMap(({ keys }) => keys)
  if (!found) return 'holds no private key'
  if (found.key === 'old') return OLD_PKCS12
  const pkcs8 = found.key instanceof Uint8Array ? found.key : await decrypt(host, found.key, await askOnce())
  if (pkcs8 === 'old') return OLD_PKCS12
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
