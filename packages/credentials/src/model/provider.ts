import type { Credentials, StaticKeys } from './credentials.ts'
import type { Host } from './host.ts'
import type { RoleOptions } from './role.ts'
import type { Sessions } from './sessions.ts'

/** This provider is not configured here. Not a failure: the chain goes on and remembers why. */
export interface Skipped {
  readonly skipped: string
}

/** @param reason what would have to be there for this provider to work, in one sentence. */
export function skip(reason: string): Skipped {
  return { skipped: reason }
}

/** For `timeoutMs`: every wait of the provider has its own deadline. */
export const BOUNDED: number = Number.POSITIVE_INFINITY

export interface Warning {
  readonly code: string
  readonly text: string
  readonly remedy: string
}

/** What a provider tells of its work while it works. Never a secret. */
export interface Trace {
  /** What was read, and what it said: a variable, a file, an endpoint, a role. */
  fact(name: string, value: string): void
  /** A stage of the plan: the base of a profile, then each role. */
  step(text: string): void
  /** Where the setting stands that leads to what it gives. */
  at(location: { readonly file: string; readonly line?: number | undefined } | undefined): void
  /** Another source of the chain was asked on the way: it is not passed over. */
  use(source: string): void
  warn(warning: Warning): void
}

/** Who asks for a code of a multi-factor device. */
export interface MfaRequest {
  /** ARN or number of the device. */
  readonly serial: string
  /** The profile that names the device. */
  readonly profile: string
}

export interface ProviderContext {
  readonly host: Host
  readonly signal: AbortSignal
  /** Named in code or by a flag. Without it the host's variables choose. */
  readonly profile?: string | undefined
  /** Rules every inner call. */
  readonly region?: string | undefined
  /** That of the client of an AWS SDK that asks: for inner calls where nothing else names one. */
  readonly clientRegion?: string | undefined
  /** Named in code: must exist. */
  readonly configFile?: string | undefined
  /** Named in code: must exist. */
  readonly credentialsFile?: string | undefined
  /** Asks a person for the six digits that a multi-factor device shows. undefined: nobody is there. */
  readonly mfaCode?: ((request: MfaRequest) => Promise<string | undefined>) | undefined
  readonly trace?: Trace | undefined
  /** Keeps sessions for later calls and other processes. */
  readonly sessions?: Sessions | undefined
}

export interface Provider {
  /** Short, stable, lower-case: shown to people in traces and errors. */
  readonly name: string
  /** The variables that configure it: `explain` names those that are set though another source won. */
  readonly variables?: readonly string[]
  /**
   * The role whose session it gives. Where this very object is the first of the roles on top, that one is assumed on top of
   * the other sources only.
   */
  readonly role?: RoleOptions | undefined
  /**
   * How long it may take; then its context's signal aborts and the chain ends with `TIMEOUT`. Default: 60 000. `Infinity`
   * for one that keeps deadlines of its own, as those of this package do.
   */
  readonly timeoutMs?: number | undefined
  /**
   * @returns credentials, or {@link Skipped} when there is nothing here to try.
   * @throws CredentialsError when the provider is configured but did not work. This ends the chain.
   */
  provide(context: ProviderContext): Promise<Credentials | StaticKeys | Skipped>
}
