/**
 * Where a job of GitHub Actions gets its tokens.
 *
 * Source  https://docs.github.com/en/actions/reference/security/oidc
 * @module
 */
import { answerJson, Refusal, type Service } from '../service.ts'
import type { CiJob, CiJobs } from './jobs.ts'

const PATH = /^\/github\/actions\/([\w-]+)\/idtoken$/
const BEARER = /^Bearer (.+)$/i

/** The address ends in a query, as that of GitHub does: the audience is added to it. */
export function githubTokenUrl(url: string, { id }: CiJob): string {
  return `${url}/github/actions/${id}/idtoken?api-version=2.0`
}

export function createGithubActions(jobs: CiJobs): Service {
  return {
    name: 'github-actions',
    operationOf: ({ path }) => (PATH.test(path) ? 'GetToken' : undefined),
    answer: async ({ method, path, query, headers }) => {
      if (method !== 'GET') throw new Refusal('MethodNotAllowed', 405, 'Only GET is known here')
      const bearer = BEARER.exec(headers['authorization'] ?? '')?.[1]
      const job = jobs.authorize('github-actions', PATH.exec(path)?.[1], bearer)
      const audience = query.get('audience') ?? 'https://github.com/acme'
      return answerJson(200, { value: await job.issueToken(audience) })
    },
    refuse: ({ status = 400, message }) => answerJson(status, { message }),
  }
}
