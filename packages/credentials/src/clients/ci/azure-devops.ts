/**
 * Azure DevOps pipelines: a new token for each request, for one service connection. The audience is Azure's own.
 *
 * Reads   SYSTEM_OIDCREQUESTURI, SYSTEM_ACCESSTOKEN, AZURESUBSCRIPTION_SERVICE_CONNECTION_ID, SYSTEM_TEAMPROJECT,
 *         BUILD_DEFINITIONNAME, BUILD_BUILDID
 * Source  https://learn.microsoft.com/en-us/rest/api/azure/devops/distributedtask/oidctoken/create
 * @module
 */
import { readVariable } from '../../formats/variable.ts'
import type { Ci } from './ci.ts'
import { fail } from './failure.ts'
import { requestToken } from './token-endpoint.ts'

const ADDRESS = 'SYSTEM_OIDCREQUESTURI'
const BEARER = 'SYSTEM_ACCESSTOKEN'
const CONNECTION = 'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID'
const API_VERSION = '7.1'

export const azureDevops: Ci = {
  title: 'Azure DevOps',
  renews: true,
  describeRun: (env) => ({
    place: [env['SYSTEM_TEAMPROJECT'], env['BUILD_DEFINITIONNAME']].filter(Boolean).join('-') || undefined,
    run: readVariable(env, 'BUILD_BUILDID'),
  }),
  readToken: async (request) => {
    const { env } = request.host
    const address = readVariable(env, ADDRESS)
    if (address === undefined)
      throw fail('CONFIG_INVALID', `${ADDRESS} is not set`, 'Run this in a step of an Azure pipeline')
    const value = readVariable(env, BEARER)
    if (value === undefined) {
      const remedy = `Map it in the step: env: ${BEARER}: $(System.AccessToken)`
      throw fail('CONFIG_INVALID', `${BEARER} is not set: Azure DevOps gives it to no step by itself`, remedy)
    }
    const serviceConnectionId = request.serviceConnectionId ?? readVariable(env, CONNECTION)
    if (serviceConnectionId === undefined) {
      const remedy = `Give its id with --service-connection-id, or set ${CONNECTION}`
      throw fail('CONFIG_INVALID', 'no service connection is named', remedy)
    }
    return requestToken(request, {
      variable: ADDRESS,
      address,
      query: { 'api-version': API_VERSION, serviceConnectionId },
      method: 'POST',
      bearer: { variable: BEARER, value },
      field: 'oidcToken',
      remedy: `Check that ${BEARER} is mapped to $(System.AccessToken), and that this pipeline may use the service connection`,
    })
  },
}
