/** The sandbox's own OpenID Connect issuer: signs tokens, and tells real ones from others. */
import { randomUUID } from 'node:crypto'
import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose'
import type { Clock } from './clock.ts'

const ALGORITHM = 'RS256'
const DEFAULT_LIFETIME_SECONDS = 3600
const DEFAULT_AUDIENCE = 'sts.amazonaws.com'
/** A pod's service account; the built-in role for web identities trusts this one. */
export const DEFAULT_SUBJECT = 'system:serviceaccount:default:demo'

export interface SigningKey {
  readonly privateKey: CryptoKey
  readonly jwks: JSONWebKeySet
}

export interface Issuer {
  readonly url: string
  readonly jwks: JSONWebKeySet
  /** Every claim can be given, also the default ones; one that is undefined is left out. */
  issue(claims?: Readonly<Record<string, unknown>>): Promise<string>
  /** Signature, issuer, audience and times by the sandbox's clock. Rejects with an error of jose. */
  verify(token: string, expected: { audiences: readonly string[]; leewaySeconds: number }): Promise<JWTPayload>
}

export async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' }
  return { privateKey, jwks: { keys: [jwk] } }
}

export function createIssuer(url: string, { privateKey, jwks }: SigningKey, clock: Clock): Issuer {
  const keySet = createLocalJWKSet(jwks)
  const kid = jwks.keys[0]?.kid ?? ''
  return {
    url,
    jwks,
    issue: (claims) => {
      const issuedAt = Math.floor(clock.now() / 1000)
      const payload = {
        iss: url,
        aud: DEFAULT_AUDIENCE,
        sub: DEFAULT_SUBJECT,
        iat: issuedAt,
        exp: issuedAt + DEFAULT_LIFETIME_SECONDS,
        jti: randomUUID(),
        ...claims,
      }
      return new SignJWT(payload).setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid }).sign(privateKey)
    },
    verify: async (token, { audiences, leewaySeconds }) => {
      const { payload } = await jwtVerify(token, keySet, {
        algorithms: [ALGORITHM],
        issuer: url,
        audience: [...audiences],
        currentDate: new Date(clock.now()),
        clockTolerance: leewaySeconds,
        requiredClaims: ['iss', 'aud', 'sub', 'exp', 'iat'],
      })
      return payload
    },
  }
}
