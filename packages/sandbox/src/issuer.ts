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

export interface Issuer {
  readonly url: string
  jwks(): Promise<JSONWebKeySet>
  /** Every claim can be given, also the default ones; one that is undefined is left out. */
  issue(claims?: Readonly<Record<string, unknown>>): Promise<string>
  /** Signature, issuer, audience and times by the sandbox's clock. Rejects with an error of jose. */
  verify(token: string, expected: ExpectedToken): Promise<JWTPayload>
}

export interface ExpectedToken {
  /** Default: the sandbox's own. Those of CIs are played with the same key. */
  readonly issuer?: string
  readonly audiences: readonly string[]
  readonly leewaySeconds: number
}

interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly jwks: JSONWebKeySet
}

export function createIssuer(url: string, clock: Clock): Issuer {
  let made: Promise<SigningKey> | undefined
  const getKey = (): Promise<SigningKey> => {
    made ??= createSigningKey() // takes half a second: not before it is needed
    return made
  }
  return {
    url,
    jwks: async () => (await getKey()).jwks,
    issue: async (claims) => {
      const { kid, privateKey } = await getKey()
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
    verify: async (token, { issuer = url, audiences, leewaySeconds }) => {
      const { jwks } = await getKey()
      const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
        algorithms: [ALGORITHM],
        issuer,
        audience: [...audiences],
        currentDate: new Date(clock.now()),
        clockTolerance: leewaySeconds,
        requiredClaims: ['iss', 'aud', 'sub', 'exp', 'iat'],
      })
      return payload
    },
  }
}

async function createSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM)
  const kid = randomUUID()
  return { kid, privateKey, jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' }] } }
}
