/**
 * The access portal of IAM Identity Center: for a token, the accounts and roles of a person, and keys for them.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/Welcome.html
 * @module
 */
import { createRoleSession } from '../account.ts'
import { type Answer, answerJson, type CallNotes, type HttpRequest, Refusal, type Service } from '../service.ts'
import type { World } from '../world.ts'
import { requestId } from './errors.ts'
import type { IdentityCenter } from './identity-center.ts'

const TOKEN_HEADER = 'x-amz-sso_bearer_token'
const ROLE_SESSION_SECONDS = 3600
const MAX_RESULTS = 100

interface PortalCall {
  readonly query: URLSearchParams
  readonly notes: CallNotes
  readonly accessToken: string
}

type Operation = (call: PortalCall, world: World, center: IdentityCenter) => unknown

const OPERATIONS: ReadonlyMap<string, readonly [name: string, operation: Operation]> = new Map([
  ['GET /federation/credentials', ['GetRoleCredentials', getRoleCredentials]],
  ['GET /assignment/accounts', ['ListAccounts', listAccounts]],
  ['GET /assignment/roles', ['ListAccountRoles', listAccountRoles]],
  ['POST /logout', ['Logout', ({ accessToken }, _world, { tokens }) => tokens.end(accessToken)]],
])

export function createSsoPortal(world: World, center: IdentityCenter): Service {
  return {
    name: 'sso',
    operationOf: (request) => find(request)?.[0],
    answer: (request, notes) => {
      const accessToken = request.headers[TOKEN_HEADER] ?? ''
      if (!center.tokens.isValid(accessToken))
        throw new Refusal('UnauthorizedException', 401, 'Session token not found or invalid')
      const [, operation] = find(request) ?? []
      const result = operation?.({ query: request.query, notes, accessToken }, world, center)
      return result === undefined
        ? { status: 200, headers: requestId(), body: '' }
        : answerJson(200, result, requestId())
    },
    refuse: ({ status, code, message }): Answer => {
      const finalCode =
        code ?? CODES.get(status ?? 500) ?? ((status ?? 500) < 500 ? INVALID : 'InternalServerException')
      const finalStatus = status ?? [...CODES].find(([, name]) => name === finalCode)?.[0] ?? 400
      return answerJson(
        finalStatus,
        { message, __type: `com.amazonaws.switchboard.portal#${finalCode}` },
        { 'x-amzn-errortype': finalCode, ...requestId() },
      )
    },
  }
}

const INVALID = 'InvalidRequestException'

const CODES: ReadonlyMap<number, string> = new Map([
  [401, 'UnauthorizedException'],
  [403, 'ForbiddenException'],
  [404, 'ResourceNotFoundException'],
  [429, 'TooManyRequestsException'],
  [500, 'InternalServerException'],
])

function find({ method, path }: HttpRequest): readonly [name: string, operation: Operation] | undefined {
  return OPERATIONS.get(`${method} ${path}`)
}

/** The keys are those of a session in the role that Identity Center made for the permission set. */
function getRoleCredentials({ query, notes }: PortalCall, world: World, center: IdentityCenter): object {
  const roleName = readRequired(query, 'role_name')
  checkAccount(query, world)
  const role = center.roles.get(roleName)
  if (!role) throw new Refusal('ForbiddenException', 403, 'No access')
  const identity = createRoleSession(world.account.id, role, center.userName)
  const { accessKeyId, secretAccessKey, session } = world.keys.issueTemporary(identity, ROLE_SESSION_SECONDS)
  notes.accessKeyId = accessKeyId
  notes.roleArn = role.arn
  return {
    roleCredentials: { accessKeyId, secretAccessKey, sessionToken: session.token, expiration: session.expiresAt },
  }
}

function listAccounts({ query }: PortalCall, { account }: World): object {
  const accounts = [{ accountId: account.id, accountName: 'sandbox', emailAddress: 'aws@sandbox.example' }]
  const { page, nextToken } = cutPage(accounts, query)
  return { accountList: page, nextToken }
}

function listAccountRoles({ query }: PortalCall, world: World, { roles }: IdentityCenter): object {
  const accountId = checkAccount(query, world)
  const { page, nextToken } = cutPage(
    [...roles.keys()].map((roleName) => ({ roleName, accountId })),
    query,
  )
  return { roleList: page, nextToken }
}

function checkAccount(query: URLSearchParams, { account }: World): string {
  const accountId = readRequired(query, 'account_id')
  if (accountId !== account.id)
    throw new Refusal('ResourceNotFoundException', 404, 'The account is not assigned to you')
  return accountId
}

/** The token of a page is the number of what came before it. */
function cutPage<T>(
  items: readonly T[],
  query: URLSearchParams,
): { page: readonly T[]; nextToken: string | undefined } {
  const size = readNumber(query, 'max_result', 1, MAX_RESULTS) ?? MAX_RESULTS
  const start = readNumber(query, 'next_token', 1, items.length - 1) ?? 0
  const end = start + size
  return { page: items.slice(start, end), nextToken: end < items.length ? String(end) : undefined }
}

function readNumber(query: URLSearchParams, name: string, min: number, max: number): number | undefined {
  const value = query.get(name) || undefined
  if (value === undefined) return undefined
  const number = /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= min && number <= max)) throw new Refusal(INVALID, 400, `${name} is not valid`)
  return number
}

function readRequired(query: URLSearchParams, name: string): string {
  const value = query.get(name)
  if (!value) throw new Refusal(INVALID, 400, `${name} is missing`)
  return value
}
