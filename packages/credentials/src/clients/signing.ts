import { CredentialsError } from '../errors.ts'
import type { StaticKeys } from '../model/credentials.ts'

export interface SigningScope {
  readonly url: URL
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly service: string
  readonly region: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The headers with a Signature Version 4 added, by a library that is loaded only here. */
export async function signHeaders(keys: StaticKeys, scope: SigningScope): Promise<Record<string, string>> {
  const { AwsV4Signer } = await import('aws4fetch')
  const { url, body, headers, service, region, now } = scope
  const { accessKeyId, secretAccessKey, sessionToken } = keys
  if (/[^\x21-\x7e]/.test(`${accessKeyId}${sessionToken ?? ''}`)) {
    throw new CredentialsError('the keys hold characters that no request can carry', {
      code: 'CONFIG_INVALID',
      source: service,
      remedy: 'Copy them anew, without spaces and line ends',
    })
  }
  const signer = new AwsV4Signer({
    method: 'POST',
    url: url.href,
    headers: { ...headers },
    body,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service,
    region,
    datetime: new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ''),
  })
  const signed = await signer.sign()
  return Object.fromEntries(signed.headers)
}
