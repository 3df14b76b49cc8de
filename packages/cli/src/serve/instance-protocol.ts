/**
 * Credentials as an instance's metadata service gives them, version 2 only: a token by PUT, then GET.
 *
 * Source  https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 *         https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { type Answer, answerJson, answerText, refuse } from './answer.ts'
import { describe, formatSeconds } from './container-protocol.ts'
import { describeFailure } from './failure-answer.ts'
import { createInstanceTokens, type InstanceTokens } from './instance-token.ts'
import type { KeptSession } from './kept-session.ts'
import { INSTANCE_MIN_LEFT_MS } from './renewal.ts'

const TOKEN_PATH = '/latest/api/token'
const META_DATA = '/latest/meta-data'
const CREDENTIALS = /^\/latest\/meta-data\/iam\/security-credentials(-extended)?(?:\/(.*))?$/
const ROLE = 'rolecall'
/** Clients of Go ask for it to see whether this is an instance at all. */
const INSTANCE_ID = 'i-00000000000000000'

const TOKEN_HEADER = 'x-aws-ec2-metadata-token'
const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds'
const MAX_TTL_SECONDS = 21_600

const NOT_LET_IN = refuse(401, 'Unauthorized', 'The metadata token is missing, wrong or too old')
const WRONG_TTL = refuse(400, 'BadRequest', `A token lives 1 to ${MAX_TTL_SECONDS} seconds`)
const NOT_THERE = refuse(404, 'NotFound', 'Nothing is served at this path')

export interface InstanceProtocol {
  isFor(path: string): boolean
  isTokenRequest(method: string, path: string): boolean
  answer(request: IncomingMessage, path: string): Promise<Answer>
}

export function createInstanceProtocol(kept: KeptSession, region: string | undefined): InstanceProtocol {
  const tokens = createInstanceTokens()
  const texts: Readonly<Record<string, string | undefined>> = {
    [`${META_DATA}/instance-id`]: INSTANCE_ID,
    [`${META_DATA}/placement/region`]: region,
  }

  return {
    isFor: (path) => path.startsWith('/latest/'),
    isTokenRequest: (method, path) => method === 'PUT' && path === TOKEN_PATH,
    async answer({ method, headers }, path) {
      if (method === 'PUT') return issueToken(headers[TTL_HEADER], tokens)
      if (!tokens.isValid(headers[TOKEN_HEADER] as string | undefined)) return NOT_LET_IN

      const [isCredentials, extended, role] = CREDENTIALS.exec(path) ?? []
      if (isCredentials && !role) return answerText(ROLE)
      if (role === ROLE) return getCredentials(kept, extended !== undefined)
      const text = texts[path]
      return text === undefined ? NOT_THERE : answerText(text)
    },
  }
}

function issueToken(ttl: string | string[] | undefined, tokens: InstanceTokens): Answer {
  if (typeof ttl !== 'string' || !/^\d{1,5}$/.test(ttl)) return WRONG_TTL
  const seconds = Number(ttl)
  if (seconds < 1 || seconds > MAX_TTL_SECONDS) return WRONG_TTL
  return answerText(tokens.issue(seconds), { [TTL_HEADER]: ttl })
}

async function getCredentials(kept: KeptSession, extended: boolean): Promise<Answer> {
  try {
    const session = await kept.get(INSTANCE_MIN_LEFT_MS)
    const { AccountId, ...keys } = describe(session)
    const LastUpdated = formatSeconds(session.fromMs)
    return answerJson(200, {
      Code: 'Success',
      LastUpdated,
      Type: 'AWS-HMAC',
      ...keys,
      ...(extended && AccountId && { AccountId }),
    })
  } catch (error) {
    return describeFailure(error)
  }
}
