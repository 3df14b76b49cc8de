/**
 * A session for the token that a CI gives its jobs: GitHub Actions, GitLab, Bitbucket Pipelines, CircleCI, Buildkite, Azure
 * DevOps, HCP Terraform, Kubernetes; or for a token in a variable, in a file, or that a command prints.
 *
 * Reads   AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, and the variables of the CI that is detected (docs/ci.md)
 * Refresh Where the CI gives another token, its sessions are served a while past their end when it cannot be asked. Of a job with one
 *         token the session is kept to its end.
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @module
 */
import type { TokenOptions } from '../clients/ci/token-source.ts'
import { BOUNDED, type Provider } from '../model/provider.ts'
import type { RoleOptions } from '../model/role.ts'

/** What of a role a token cannot ask for (external id, tags, source identity, device) is `CONFIG_INVALID`. */
export interface CiOptions extends TokenOptions, Partial<RoleOptions> {}

/** Each is a token that could have been exchanged, or the way to one. */
const VARIABLES = [
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'SYSTEM_OIDCREQUESTURI',
  'BITBUCKET_STEP_OIDC_TOKEN',
  'CIRCLE_OIDC_TOKEN_V2',
  'TFC_WORKLOAD_IDENTITY_TOKEN',
]

/**
 * Steps aside where no CI is detected, or no role named. A CI that can give another token is asked for one at each
 * exchange. The one token of a job is exchanged for as long as the role allows, 12 hours at most, unless `durationSeconds`
 * says how long; that session is kept, and not renewed before its end. Throws `CONFIG_INVALID` that names the permission or
 * variable which is missing, `FILE_MISSING`, `FILE_UNREADABLE`, `PROCESS_FAILED`, `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`,
 * `TIMEOUT`, `RESPONSE_INVALID`.
 */
export function fromCi(options: CiOptions = {}): Provider {
  let provide: Provider['provide'] | undefined
  return {
    name: 'ci',
    variables: VARIABLES,
    timeoutMs: BOUNDED,
    async provide(context) {
      provide ??= (await import('../clients/ci/ci-session.ts')).createCiSession(options)
      return provide(context)
    },
  }
}
