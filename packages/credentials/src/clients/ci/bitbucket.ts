/**
 * Bitbucket Pipelines: one token a step.
 *
 * Reads   BITBUCKET_STEP_OIDC_TOKEN, BITBUCKET_REPO_FULL_NAME, BITBUCKET_BUILD_NUMBER
 * Source  https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
 * @module
 */
import { readVariable } from '../../formats/variable.ts'
import type { Ci } from './ci.ts'
import { readGivenToken } from './given-token.ts'

export const bitbucket: Ci = {
  title: 'Bitbucket Pipelines',
  renews: false,
  describeRun: (env) => ({
    place: readVariable(env, 'BITBUCKET_REPO_FULL_NAME'),
    run: readVariable(env, 'BITBUCKET_BUILD_NUMBER'),
  }),
  readToken: async ({ host }) => readGivenToken(host, ['BITBUCKET_STEP_OIDC_TOKEN'], 'Add `oidc: true` to the step'),
}
