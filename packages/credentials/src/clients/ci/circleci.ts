/**
 * CircleCI: one token a job, in two versions of which the newer names the branch.
 *
 * Reads   CIRCLE_OIDC_TOKEN_V2, then CIRCLE_OIDC_TOKEN; CIRCLE_PROJECT_USERNAME, CIRCLE_PROJECT_REPONAME, CIRCLE_BUILD_NUM
 * Source  https://circleci.com/docs/openid-connect-tokens/
 * @module
 */
import { readVariable } from '../../formats/variable.ts'
import type { Ci } from './ci.ts'
import { readGivenToken } from './given-token.ts'

const VARIABLES = ['CIRCLE_OIDC_TOKEN_V2', 'CIRCLE_OIDC_TOKEN']

export const circleci: Ci = {
  title: 'CircleCI',
  renews: false,
  describeRun: (env) => ({
    place: [env['CIRCLE_PROJECT_USERNAME'], env['CIRCLE_PROJECT_REPONAME']].filter(Boolean).join('-') || undefined,
    run: readVariable(env, 'CIRCLE_BUILD_NUM'),
  }),
  readToken: async ({ host }) =>
    readGivenToken(host, VARIABLES, 'Give the job a context in the workflow; a build of a fork gets no token'),
}
