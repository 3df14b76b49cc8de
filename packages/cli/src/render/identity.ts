import { type CallerIdentity, type Credentials, maskKeyId, printable } from '@rolecall/credentials'
import { formatInstant } from '../formats/handout.ts'

export interface ShownIdentity extends CallerIdentity {
  readonly source: string
  /** Enough to tell two keys apart. */
  readonly accessKeyId: string
  readonly expiration: string | null
  readonly region: string | null
}

export function toIdentityJson(
  { account, arn, userId }: CallerIdentity,
  { source, accessKeyId, expiration }: Credentials,
  region: string | undefined,
): ShownIdentity {
  return {
    account,
    arn,
    userId,
    source,
    accessKeyId: maskKeyId(accessKeyId),
    expiration: expiration ? formatInstant(expiration) : null,
    region: region ?? null,
  }
}

export function renderIdentity(identity: ShownIdentity): string {
  const rows = [
    ['account', identity.account],
    ['arn', identity.arn],
    ['user id', identity.userId],
    ['source', identity.source],
    ['key', identity.accessKeyId],
    ['expires', identity.expiration ?? 'never, or nobody says when'],
    ['region', identity.region ?? 'unknown'],
  ] as const
  return rows.map(([name, value]) => `${name.padEnd(10)}${printable(value)}\n`).join('')
}
