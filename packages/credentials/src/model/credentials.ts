/** AWS credentials in the one shape that every consumer reads: every field is there, `undefined` where unknown. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  /** `undefined` for credentials that never expire. */
  readonly expiration: Date | undefined
  /** Twelve digits. */
  readonly accountId: string | undefined
  /** Name of the provider that gave them: `env`, `profile`, `web-identity`. */
  readonly source: string
}

/** Credentials as people and endpoints write them: what they don't know, they leave out. */
export interface StaticKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  readonly expiration?: Date | undefined
  readonly accountId?: string | undefined
}

/** Fills in the fields that are missing. Printed, the result shows no secret. */
export function normalise(keys: StaticKeys, source: string): Credentials {
  return new MaskedCredentials(keys, source)
}

/** Enough of a key id to tell two apart, and no more. */
export function maskKeyId(accessKeyId: string): string {
  return accessKeyId.length < 12 ? `${accessKeyId.slice(0, 2)}…` : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`
}

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** Own fields for the code that signs with them; no secret for the log that prints them. */
class MaskedCredentials implements Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  readonly expiration: Date | undefined
  readonly accountId: string | undefined
  readonly source: string

  constructor(keys: StaticKeys, source: string) {
    this.accessKeyId = keys.accessKeyId
    this.secretAccessKey = keys.secretAccessKey
    this.sessionToken = keys.sessionToken
    this.expiration = keys.expiration
    this.accountId = keys.accountId
    this.source = source
  }

  toJSON(): object {
    const { accessKeyId, expiration, accountId, source } = this
    return { accessKeyId: maskKeyId(accessKeyId), expiration, accountId, source }
  }

  toString(): string {
    return `credentials ${maskKeyId(this.accessKeyId)} from ${this.source}`
  }

  [INSPECT](): object {
    return this.toJSON()
  }
}
