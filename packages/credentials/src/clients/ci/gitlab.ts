/**
 * GitLab CI/CD: one token a job, in a variable that the job itself names.
 *
 * Reads   CI_PROJECT_PATH, CI_JOB_ID
 * Source  https://docs.gitlab.com/ci/secrets/id_token_authentication/
 * @module
 */
import { readVariable } from '../../formats/variable.ts'
import type { Ci } from './ci.ts'
import { fail } from './failure.ts'

export const gitlab: Ci = {
  title: 'GitLab',
  renews: false,
  describeRun: (env) => ({ place: readVariable(env, 'CI_PROJECT_PATH'), run: readVariable(env, 'CI_JOB_ID') }),
  readToken: async () => {
    const remedy = 'Declare one under id_tokens in the job, and name its variable with --token-env'
    throw fail('CONFIG_INVALID', 'GitLab has no variable of its own for tokens', remedy)
  },
}
