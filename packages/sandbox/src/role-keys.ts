import { createRoleSession, type Role } from './account.ts'
import type { TemporaryKey } from './keys.ts'
import type { World } from './world.ts'

const LIFETIME_SECONDS = 6 * 3600
const RENEW_WITH_LEFT_MS = 30 * 60 * 1000

/** The keys a metadata endpoint hands out: the same ones to everybody, new ones 30 minutes before they expire, or at half their life. */
export function createRoleKeys({ clock, account, keys }: World, role: Role, sessionName: string): () => TemporaryKey {
  let current: TemporaryKey | undefined
  return () => {
    if (!current || isToBeRenewed(current, clock.now()))
      current = keys.issueTemporary(createRoleSession(account.id, role, sessionName), LIFETIME_SECONDS)
    return current
  }
}

function isToBeRenewed({ session: { issuedAt, expiresAt } }: TemporaryKey, nowMs: number): boolean {
  return expiresAt - nowMs < Math.min(RENEW_WITH_LEFT_MS, (expiresAt - issuedAt) / 2)
}
