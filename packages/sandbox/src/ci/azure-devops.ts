/**
 * Where a pipeline of Azure DevOps gets the tokens of a service connection.
 *
 * Source  https://learn.microsoft.com/en-us/rest/api/azure/devops/distributedtask/oidctoken/create
 * @module
 */
import { answerJson, Refusal, type Service } from '../service.ts'
import type { CiJob, CiJobs } from './jobs.ts'

const PATH = /^\/azure\/_apis\/distributedtask\/hubs\/build\/plans\/([\w-]+)\/jobs\/[\w-]+\/oidctoken$/
const BEARER = /^Bearer (.+)$/i
/** The one that the demo pipeline may use. */
export const SERVICE_CONNECTION_ID = 'e295a4b5-81d3-44e6-92b6-91a3b4c5d6e7'

export function azureTokenUrl(url: string, { id }: CiJob): string {
  return `${url}/azure/_apis/distributedtask/hubs/build/plans/${id}/jobs/${id}/oidctoken`
}

export function createAzureDevops(jobs: CiJobs): Service {
  return {
    name: 'azure-devops',
    operationOf: ({ path }) => (PATH.test(path) ? 'CreateToken' : undefined),
    answer: async ({ method, path, query, headers }) => {
      if (method !== 'POST') throw new Refusal('MethodNotAllowed', 405, 'Only POST is known here')
      const bearer = BEARER.exec(headers['authorization'] ?? '')?.[1]
      const job = jobs.authorize('azure-devops', PATH.exec(path)?.[1], bearer)
      if (!query.get('api-version')) throw new Refusal('VssVersionNotSpecified', 400, 'No api-version was supplied')
      if (query.get('serviceConnectionId') !== SERVICE_CONNECTION_ID)
        throw new Refusal('ServiceConnectionNotFound', 404, 'There is no such service connection')
      return answerJson(200, { oidcToken: await job.issueToken() })
    },
    refuse: ({ status = 400, code = 'Error', message }) => answerJson(status, { typeKey: code, message }),
  }
}
