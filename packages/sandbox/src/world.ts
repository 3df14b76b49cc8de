import type { Account } from './account.ts'
import type { Clock } from './clock.ts'
import type { Issuer } from './issuer.ts'
import type { Keys } from './keys.ts'

/** What all services share. */
export interface World {
  readonly url: string
  readonly region: string
  readonly clock: Clock
  readonly account: Account
  readonly keys: Keys
  readonly issuer: Issuer
}
