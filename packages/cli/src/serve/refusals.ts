/**
 * What no program on this machine sends, and a web page, a proxy or a tunnel does: refused before anything is looked at.
 *
 * Source  https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 *         https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { type Answer, refuse } from './answer.ts'

const WRONG_HOST = refuse(403, 'Forbidden', 'This server has another name')
const NOT_ONE_HOST = refuse(400, 'BadRequest', 'A request has one Host')
const FROM_PAGE = refuse(403, 'Forbidden', 'Web pages get no credentials')
const FORWARDED = refuse(403, 'Forbidden', 'Forwarded requests get no credentials')
const WITH_BODY = refuse(400, 'BadRequest', 'A request has no body here')
const NO_PATH = refuse(400, 'BadRequest', 'A request names a path here')

/** What one look at the headers shows. */
export interface Inspected {
  readonly fault: Answer | undefined
  /** Of two, neither counts: which one would a proxy have looked at? */
  readonly authorization: string | undefined
}

/** @param hosts the names of this server, with the port. */
export function inspect({ url, rawHeaders }: IncomingMessage, hosts: readonly string[]): Inspected {
  let fault: Answer | undefined
  let hostCount = 0
  let authorization: string | undefined
  let authorizationCount = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? ''
    const value = rawHeaders[index + 1] ?? ''
    if (name === 'authorization') {
      authorization = value
      authorizationCount++
    } else {
      if (name === 'host') hostCount++
      fault ??= findFault(name, value, hosts)
    }
  }
  if (hostCount !== 1) fault = NOT_ONE_HOST
  if (!url?.startsWith('/')) fault = NO_PATH
  return { fault, authorization: authorizationCount === 1 ? authorization : undefined }
}

function findFault(name: string, value: string, hosts: readonly string[]): Answer | undefined {
  switch (name) {
    case 'host':
      return hosts.includes(value) ? undefined : WRONG_HOST
    case 'origin':
      return FROM_PAGE
    case 'sec-fetch-site':
      return value === 'none' ? undefined : FROM_PAGE
    case 'forwarded':
    case 'via':
      return FORWARDED
    case 'content-length':
      return value === '0' ? undefined : WITH_BODY
    case 'transfer-encoding':
      return WITH_BODY
    default:
      return name.startsWith('x-forwarded') ? FORWARDED : undefined
  }
}
