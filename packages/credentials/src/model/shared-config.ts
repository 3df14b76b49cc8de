/** A record without a prototype: any name is an ordinary key. */
export type Properties = Readonly<Record<string, string>>

/** The AWS config and credentials files as one. Keys are lower-case; a nested block is its raw text. */
export interface SharedConfig {
  readonly profiles: Readonly<Record<string, Properties>>
  readonly ssoSessions: Readonly<Record<string, Properties>>
  readonly services: Readonly<Record<string, Properties>>
  /** Where each key of each profile stands. */
  readonly origins: Readonly<Record<string, Readonly<Record<string, Origin>>>>
}

export interface Origin {
  readonly file: 'config' | 'credentials'
  readonly path: string
  /** From 1. */
  readonly line: number
}
