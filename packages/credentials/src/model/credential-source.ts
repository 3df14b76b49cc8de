/** What a program holds: a source of credentials, and what it may ask of it. */
import type { Credentials } from './credentials.ts'
import type { Explanation } from './explanation.ts'
import type { CallerIdentity } from './role.ts'

/** Call it for credentials. It is a `credentials` provider of the AWS SDK for JavaScript v3 as it stands. */
export interface CredentialSource {
  /**
   * From memory while they are fresh; callers that come at once share one request.
   *
   * @throws NoCredentialsError when nothing is configured; CredentialsError by code when what is configured fails.
   */
  (request?: CredentialRequest): Promise<Credentials>
  /** The SDK must not cache on top. */
  readonly memoized: true
  /** How credentials are found here, step by step. Does not throw for a missing or broken source. */
  explain(request?: { readonly signal?: AbortSignal }): Promise<Explanation>
  /** @throws CredentialsError `REGION_MISSING`, `REGION_INVALID`. */
  region(): Promise<string>
  /** Asks STS who these credentials are. */
  identity(): Promise<CallerIdentity>
  /** A service refused this key as expired: the next call renews it, unless that has happened. */
  invalidate(rejectedAccessKeyId: string): void
}

export interface CredentialRequest {
  /** Credentials with less life left are renewed first. */
  readonly minValidityMs?: number
  readonly forceRefresh?: boolean
  /** Ends this caller's wait; the request goes on for the others. */
  readonly signal?: AbortSignal
  /** A client of the AWS SDK for JavaScript says whose it is: inner requests go to its region where nothing names another. */
  readonly callerClientConfig?: { readonly region?: () => Promise<string> }
}
