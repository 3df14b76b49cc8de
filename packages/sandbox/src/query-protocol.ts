/**
 * The query protocol, which STS and IAM speak: a form is asked, XML answers.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * @module
 */
import { randomUUID } from 'node:crypto'
import type { Answer, HttpRequest, Refused } from './service.ts'
import { writeElement, type Xml } from './sts/xml.ts'

export function readForm({ method, query, body }: HttpRequest): URLSearchParams {
  return method === 'POST'
    ? new URLSearchParams([...query, ...new URLSearchParams(Buffer.from(body).toString())])
    : query
}

/** What an operation answers, in the namespace of its service. */
export function answerOperation(namespace: string, action: string, result: Xml): Answer {
  const requestId = randomUUID()
  const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } }
  return answerXml(200, `${action}Response`, content, { namespace, requestId })
}

export function refuseOperation(namespace: string, { status, code, message }: Refused): Answer {
  const [finalStatus, finalCode] = completeRefusal(status, code)
  const requestId = randomUUID()
  const error = { Type: finalStatus < 500 ? 'Sender' : 'Receiver', Code: finalCode, Message: message }
  return answerXml(finalStatus, 'ErrorResponse', { Error: error, RequestId: requestId }, { namespace, requestId })
}

function answerXml(
  status: number,
  name: string,
  content: Xml,
  { namespace, requestId }: { readonly namespace: string; readonly requestId: string },
): Answer {
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }
  return { status, headers, body: writeElement(name, content, namespace) }
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
