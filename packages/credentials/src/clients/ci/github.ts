/**
 * GitHub Actions, also of Enterprise hosts: a new token for each request, from an address that the runner sets.
 *
 * Reads   ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN, GITHUB_REPOSITORY, GITHUB_RUN_ID,
 *         GITHUB_RUN_ATTEMPT
 * Source  https://docs.github.com/en/actions/reference/security/oidc
 * @module
 */
import { readVariable } from '../../formats/variable.ts'
import type { Ci } from './ci.ts'
import { fail } from './failure.ts'
import { requestToken } from './token-endpoint.ts'

const ADDRESS = 'ACTIONS_ID_TOKEN_REQUEST_URL'
const BEARER = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'
const REMEDY = 'Add `permissions: id-token: write` to the job; a pull request of a fork cannot have it'

export const github: Ci = {
  title: 'GitHub Actions',
  renews: true,
  choosesAudience: true,
  describeRun: (env) => ({
    place: readVariable(env, 'GITHUB_REPOSITORY'),
    run: [env['GITHUB_RUN_ID'], env['GITHUB_RUN_ATTEMPT']].filter(Boolean).join('-') || undefined,
  }),
  readToken: async (request) => {
    const { env } = request.host
    const address = readVariable(env, ADDRESS)
    const value = readVariable(env, BEARER)
    if (address === undefined || value === undefined) {
      const missing = address === undefined ? ADDRESS : BEARER
      throw fail('CONFIG_INVALID', `this job may not have a token: ${missing} is not set`, REMEDY)
    }
    return requestToken(request, {
      variable: ADDRESS,
      address,
      query: { audience: request.audience },
      method: 'GET',
      bearer: { variable: BEARER, value },
      field: 'value',
      remedy: REMEDY,
    })
  },
}
