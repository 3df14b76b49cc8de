/**
 * Signature Version 4 with the key of an X.509 certificate.
 *
 * Source  https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html
 * @module
 */
import type { Certificate } from '../formats/certificate.ts'
import { encodeHex } from '../formats/der.ts'
import { sha256Hex } from './digest.ts'
import type { SigningKey } from './signing-key.ts'

export interface X509Identity {
  readonly certificate: Certificate
  /** From the one that signed the certificate up to, and without, the trust anchor. */
  readonly chain: readonly Certificate[]
  readonly key: SigningKey
}

export interface X509Scope {
  /** Without a query. */
  readonly url: URL
  readonly body: string
  readonly region: string
  readonly service: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The headers of a POST of JSON. */
export async function signWithCertificate(
  { certificate, chain, key }: X509Identity,
  { url, body, region, service, now }: X509Scope,
): Promise<Record<string, string>> {
  const time = new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, '')
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    host: url.host,
    'x-amz-date': time,
    'x-amz-x509': certificate.data,
    ...(chain.length > 0 ? { 'x-amz-x509-chain': chain.map(({ data }) => data).join(',') } : {}),
  }
  const names = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const canonical = ['POST', url.pathname, '', lines.join(''), names, await sha256Hex(body)].join('\n')

  const algorithm = `AWS4-X509-${key.kind}-SHA256`
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const signature = await key.sign([algorithm, time, scope, await sha256Hex(canonical)].join('\n'))
  const credential = `${certificate.serialNumber}/${scope}`
  const { host: _, ...sent } = headers // fetch sets it
  return {
    ...sent,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${encodeHex(signature)}`,
  }
}
