/** How one CI gives its jobs tokens. */
import type { Host } from '../../model/host.ts'

export interface Ci {
  /** What people call it. */
  readonly title: string
  /** Whether each exchange can have a new token. Else a job has one. */
  readonly renews: boolean
  /** Whether a job may say who its tokens are for. */
  readonly choosesAudience?: true
  /** Whether a job may ask for session tags in its tokens. */
  readonly takesTags?: true
  /** Which run this is, for the name of its session. */
  describeRun(env: Host['env']): Run
  /** Says first where its tokens are not to be found though nothing is wrong with that: it is no job, then. */
  isAbsent?(host: Host): Promise<boolean>
  /** @throws CredentialsError that names the permission or variable which is missing. */
  readToken(request: TokenRequest): Promise<string>
}

export interface Run {
  /** Project, repository, workspace. */
  readonly place: string | undefined
  /** What tells this run from the others of that place. */
  readonly run: string | undefined
}

export interface TokenRequest {
  readonly host: Host
  readonly signal: AbortSignal
  /** Who the token is to be for, where a CI lets its jobs choose. */
  readonly audience: string
  /** The service connection of Azure DevOps. */
  readonly serviceConnectionId: string | undefined
  /** Claims that the token is to have as session tags. */
  readonly sessionTags: readonly string[]
}
