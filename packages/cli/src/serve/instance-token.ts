/**
 * The tokens of an instance's metadata service. Each says itself until when it is good, under a key that only this process
 * has: however many are asked for, none takes memory, and none pushes another out.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const END_BYTES = 8
const NONCE_BYTES = 16
const SEALED_BYTES = END_BYTES + NONCE_BYTES
const SEAL_BYTES = 32

export interface InstanceTokens {
  issue(ttlSeconds: number): string
  isValid(token: string | undefined): boolean
}

export function createInstanceTokens(): InstanceTokens {
  const key = randomBytes(SEAL_BYTES)
  const seal = (bytes: Uint8Array): Buffer => createHmac('sha256', key).update(bytes).digest()
  return {
    issue(ttlSeconds) {
      const end = Buffer.alloc(END_BYTES)
      end.writeBigUInt64BE(BigInt(Date.now() + ttlSeconds * 1_000))
      const sealed = Buffer.concat([end, randomBytes(NONCE_BYTES)])
      return Buffer.concat([sealed, seal(sealed)]).toString('base64url')
    },
    isValid(token = '') {
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length !== SEALED_BYTES + SEAL_BYTES) return false
      const sealed = bytes.subarray(0, SEALED_BYTES)
      if (!timingSafeEqual(seal(sealed), bytes.subarray(SEALED_BYTES))) return false
      return sealed.readBigUInt64BE() > BigInt(Date.now())
    },
  }
}
