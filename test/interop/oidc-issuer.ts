/** An OpenID Connect issuer that radosgw believes: it wants the certificate of the key, and its thumbprint beforehand. */
import { createHash, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issue } from '../../packages/credentials/test/certificate-world.ts'

export interface Issuer {
  /** http://127.0.0.1:PORT. */
  readonly url: string
  /** Of the certificate, as IAM wants it. */
  readonly thumbprint: string
  /** A file with a token that is good for an hour. */
  readonly tokenFile: string
  issueToken(claims?: Readonly<Record<string, unknown>>): string
  stop(): void
}

export const AUDIENCE = 'rolecall'

export async function startIssuer(): Promise<Issuer> {
  const { key, x509 } = issue('issuer', 1n, 'rsa')
  const jwk = { ...x509.publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig', alg: 'RS256' }
  const keys = [{ ...jwk, x5c: [x509.raw.toString('base64')] }]
  const server = createServer(({ url: path }, response) => {
    const document = { issuer: url, jwks_uri: `${url}/keys`, id_token_signing_alg_values_supported: ['RS256'] }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(path === '/keys' ? { keys } : document))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const issueToken: Issuer['issueToken'] = (claims = {}) => {
    const now = Math.floor(Date.now() / 1000)
    const payload = { iss: url, sub: 'job', aud: AUDIENCE, app_id: AUDIENCE, iat: now, exp: now + 3600, ...claims }
    const text = [{ alg: 'RS256', typ: 'JWT', kid: '1' }, payload].map(encode).join('.')
    return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
  }
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-issuer-'))
  const tokenFile = join(folder, 'token')
  writeFileSync(tokenFile, issueToken())
  return {
    url,
    tokenFile,
    issueToken,
    thumbprint: createHash('sha1').update(x509.raw).digest('hex').toUpperCase(),
    stop() {
      rmSync(folder, { recursive: true, force: true })
      server.closeAllConnections()
      server.close()
    },
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
