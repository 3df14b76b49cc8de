/**
 * Verifies the proof that a client still holds the key its session was begun with.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc9449#section-4.3
 * @module
 */
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, type JWTVerifyResult, jwtVerify } from 'jose'
import type { Clock } from '../clock.ts'
import type { HttpRequest } from '../service.ts'
import { createRefusal } from './errors.ts'

const MAX_SKEW_SECONDS = 5 * 60

export interface ProofVerifier {
  /**
   * Returns the thumbprint of the key. `addresses` are those that the client may have meant.
   *
   * @throws Refusal `INVALID_REQUEST`
   */
  verify(request: HttpRequest, addresses: readonly string[]): Promise<string>
}

export function createProofVerifier(clock: Clock): ProofVerifier {
  const seen = new Set<string>()
  return {
    verify: async ({ method, headers }, addresses) => {
      const proof = headers['dpop']
      if (proof === undefined) throw invalid('the DPoP header is missing')
      const { payload, protectedHeader } = await verifyToken(proof, clock)

      const { htm, htu, jti } = payload
      if (htm !== method) throw invalid('htm is not the method of the request')
      if (typeof htu !== 'string' || !addresses.includes(normalize(htu)))
        throw invalid('htu is not the address of the request')
      if (typeof jti !== 'string' || jti === '') throw invalid('jti is missing')
      if (seen.has(jti)) throw invalid('jti was used before')
      seen.add(jti)
      return calculateJwkThumbprint(protectedHeader.jwk as JWK)
    },
  }
}

/** Signed by the key in its own header, of a moment ago. */
async function verifyToken(proof: string, clock: Clock): Promise<JWTVerifyResult> {
  const options = {
    algorithms: ['ES256'],
    typ: 'dpop+jwt',
    currentDate: new Date(clock.now()),
    maxTokenAge: 0, // the skew is the tolerance, on both sides
    clockTolerance: MAX_SKEW_SECONDS,
  }
  return jwtVerify(proof, EmbeddedJWK, options).catch(() => {
    throw invalid('it is no fresh token of type dpop+jwt, signed with ES256 by the key in its header')
  })
}

/** Query and fragment do not count. Slashes that follow each other are one, as in the path of a request. */
function normalize(address: string): string {
  if (!URL.canParse(address)) return ''
  const { origin, pathname } = new URL(address)
  return origin + pathname.replace(/\/{2,}/g, '/')
}

function invalid(problem: string): Error {
  return createRefusal('INVALID_REQUEST', `The DPoP proof is not valid: ${problem}`)
}
