/**
 * The tokens of CI jobs themselves: `@rolecall/credentials/ci`, for a program that shows or hands on what `fromCi` exchanges.
 *
 * @module
 */
import type { TokenOptions, TokenRead } from './clients/ci/token-source.ts'
import { CredentialsError } from './errors.ts'
import { type CiName, detectCi } from './formats/ci-marks.ts'
import { readVariable } from './formats/variable.ts'
import type { StaticKeys } from './model/credentials.ts'
import type { Host } from './model/host.ts'
import { nodeHost } from './node.ts'

export type { TokenOptions } from './clients/ci/token-source.ts'
export { CI_NAMES, type CiName, detectCi } from './formats/ci-marks.ts'

/**
 * What `fromCi` calls the session of the job that runs this where nothing else does, as `github-acme-app-16000000001-1`;
 * undefined where no CI is detected, or its variables do not name the run.
 */
export async function nameCiSession(env: Host['env']): Promise<string | undefined> {
  const ci = detectCi(env)
  return ci && (await import('./clients/ci/run-name.ts')).nameRun(ci, env)
}

export interface TrustPolicyRequest {
  readonly roleArn: string
  /** Keys that may ask IAM for the role. */
  readonly keys: StaticKeys
  readonly profile?: string | undefined
  /** The world. Default: `nodeHost()`. */
  readonly host?: Host
  readonly signal?: AbortSignal
}

/**
 * The trust policy of a role as JSON, by `iam:GetRole`; undefined where it cannot be seen with these keys.
 *
 * @throws CredentialsError `CONFIG_INVALID`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 */
export async function fetchTrustPolicy(request: TrustPolicyRequest): Promise<string | undefined> {
  const { roleArn, keys, profile, host = nodeHost(), signal = new AbortController().signal } = request
  const { getTrustPolicy } = await import('./clients/iam.ts')
  return getTrustPolicy({ host, signal, profile }, keys, roleArn)
}

export interface CiTokenOptions extends TokenOptions {
  /** The role that the token is for: its partition has a say in the default audience. Default: AWS_ROLE_ARN. */
  readonly roleArn?: string | undefined
  /** The world. Default: `nodeHost()`. */
  readonly host?: Host
  readonly signal?: AbortSignal
}

/** A secret, and what it says of itself. */
export interface CiToken extends TokenRead {
  /** undefined where the token was named and no CI is known. */
  readonly ci: CiName | undefined
  /** What people call the place that it comes from. */
  readonly title: string
  /** Whether another one can be had. */
  readonly renews: boolean
  /** What `fromCi` calls its session where nothing else does. */
  readonly sessionName: string | undefined
  /** Nobody has verified them. */
  readonly claims: Readonly<Record<string, unknown>>
}

/**
 * The token that this job can have now. Its claims are read, never verified. Without an option it is that of the CI that is
 * detected; where there is none, or GitLab, that of AWS_WEB_IDENTITY_TOKEN_FILE.
 *
 * @throws CredentialsError `CONFIG_INVALID` where no CI is detected and no token named, or the job may have none;
 *   `FILE_MISSING`, `FILE_UNREADABLE`, `PROCESS_FAILED`, `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`,
 *   `RESPONSE_INVALID`.
 */
export async function fetchCiToken(options: CiTokenOptions = {}): Promise<CiToken> {
  const { host = nodeHost(), signal = new AbortController().signal, roleArn, ...named } = options
  const { findTokenSource, isNamed } = await import('./clients/ci/token-source.ts')
  const tokenFile = isNamed(named) ? named.tokenFile : findTokenFile(host.env)
  const role = roleArn ?? readVariable(host.env, 'AWS_ROLE_ARN')
  const source = await findTokenSource({ host, signal }, { ...named, tokenFile }, role)
  if (typeof source === 'string')
    throw new CredentialsError(source, {
      code: 'CONFIG_INVALID',
      source: 'ci',
      remedy: 'Run this in a CI job, or name the variable, file or command that has the token',
    })
  const { ci, title, renews, sessionName } = source
  const { claims, ...read } = await source.read()
  if (claims) return { ci, title, renews, sessionName, ...read, claims }
  throw new CredentialsError(`${title} gave something that is no JSON Web Token`, {
    code: 'CONFIG_INVALID',
    source: 'ci',
    remedy: 'Name what has the token of the CI',
  })
}

/** What a job has instead of a place of its CI for tokens. */
function findTokenFile(env: Host['env']): string | undefined {
  const ci = detectCi(env)
  return ci === undefined || ci === 'gitlab' ? readVariable(env, 'AWS_WEB_IDENTITY_TOKEN_FILE') : undefined
}
