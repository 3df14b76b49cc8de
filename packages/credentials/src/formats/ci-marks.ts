/** Which CI a process runs in, by the variables that are set in its jobs. */
import type { Host } from '../model/host.ts'
import { readVariable } from './variable.ts'

/** The CIs that give their jobs tokens, by the names that `--ci` takes. */
export const CI_NAMES = [
  'github',
  'gitlab',
  'bitbucket',
  'circleci',
  'buildkite',
  'azure-devops',
  'terraform',
  'kubernetes',
] as const

export type CiName = (typeof CI_NAMES)[number]

/** One of them is set in each job. */
const MARKS: Readonly<Record<CiName, readonly string[]>> = {
  github: ['GITHUB_ACTIONS', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  gitlab: ['GITLAB_CI'],
  bitbucket: ['BITBUCKET_BUILD_NUMBER', 'BITBUCKET_STEP_OIDC_TOKEN'],
  circleci: ['CIRCLECI', 'CIRCLE_OIDC_TOKEN_V2', 'CIRCLE_OIDC_TOKEN'],
  buildkite: ['BUILDKITE'],
  'azure-devops': ['TF_BUILD', 'SYSTEM_OIDCREQUESTURI'],
  terraform: ['TFC_RUN_ID', 'TFC_WORKLOAD_IDENTITY_TOKEN'],
  kubernetes: ['KUBERNETES_SERVICE_HOST'],
}

/** The first of {@link CI_NAMES} that is here: a runner may itself be a pod. */
export function detectCi(env: Host['env']): CiName | undefined {
  const isSet = (name: string): boolean => !['', 'false'].includes(readVariable(env, name)?.toLowerCase() ?? '')
  return CI_NAMES.find((name) => MARKS[name].some(isSet))
}
