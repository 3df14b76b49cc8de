/**
 * The Security Token Service, over the query protocol.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 *         https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * @module
 */
import { randomUUID } from 'node:crypto'
import { type Answer, type HttpRequest, Refusal, type Service } from '../service.ts'
import type { World } from '../world.ts'
import { assumeRole } from './assume-role.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { getCallerIdentity } from './get-caller-identity.ts'
import { getSessionToken } from './get-session-token.ts'
import type { Operation } from './operation.ts'
import { STS_NAMESPACE, writeElement, type Xml } from './xml.ts'

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['AssumeRole', assumeRole],
  ['AssumeRoleWithWebIdentity', assumeRoleWithWebIdentity],
  ['GetCallerIdentity', getCallerIdentity],
  ['GetSessionToken', getSessionToken],
])

export function createSts(world: World): Service {
  return {
    name: 'sts',
    operationOf: (request) => {
      if (request.path !== '/') return undefined
      const action = readForm(request).get('Action') ?? ''
      return OPERATIONS.has(action) ? action : 'Unknown'
    },
    answer: async (request, notes) => {
      const form = readForm(request)
      const action = form.get('Action')
      if (action === null) throw new Refusal('MissingAction', 400, 'The request must contain the parameter Action')
      const operation = OPERATIONS.get(action)
      if (!operation)
        throw new Refusal('InvalidAction', 400, `Could not find operation ${action} for version ${form.get('Version')}`)
      const result = await operation({ request, form, notes }, world)
      const requestId = randomUUID()
      const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } }
      return answerXml(200, `${action}Response`, content, requestId)
    },
    refuse: ({ status, code, message }) => {
      const [finalStatus, finalCode] = completeRefusal(status, code)
      const requestId = randomUUID()
      const error = { Type: finalStatus < 500 ? 'Sender' : 'Receiver', Code: finalCode, Message: message }
      return answerXml(finalStatus, 'ErrorResponse', { Error: error, RequestId: requestId }, requestId)
    },
  }
}

function readForm({ method, query, body }: HttpRequest): URLSearchParams {
  return method === 'POST'
    ? new URLSearchParams([...query, ...new URLSearchParams(Buffer.from(body).toString())])
    : query
}

function answerXml(status: number, name: string, content: Xml, requestId: string): Answer {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }
  return { status, headers, body: writeElement(name, content, STS_NAMESPACE) }
}

/** A fault may name the status alone, or the code alone. */
function completeRefusal(status: number | undefined, code: string | undefined): [status: number, code: string] {
  if (code === undefined)
    return [status ?? 500, CODES.get(status ?? 500) ?? ((status ?? 500) < 500 ? 'BadRequest' : 'InternalFailure')]
  return [status ?? STATUSES.get(code) ?? 400, code]
}

const CODES: ReadonlyMap<number, string> = new Map([
  [403, 'AccessDenied'],
  [429, 'TooManyRequestsException'],
  [503, 'ServiceUnavailable'],
])

const STATUSES: ReadonlyMap<string, number> = new Map([
  ['AccessDenied', 403],
  ['ExpiredToken', 403],
  ['IDPRejectedClaim', 403],
  ['InvalidClientTokenId', 403],
  ['MissingAuthenticationToken', 403],
  ['OptInRequired', 403],
  ['RegionDisabledException', 403],
  ['SignatureDoesNotMatch', 403],
  ['InternalFailure', 500],
  ['ServiceUnavailable', 503],
])
