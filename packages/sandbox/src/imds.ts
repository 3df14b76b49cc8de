/**
 * The instance metadata service, version 2 only: a token first, then GET.
 *
 * Source  https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { Role } from './account.ts'
import { formatInstant } from './clock.ts'
import { createRoleKeys } from './role-keys.ts'
import { type Answer, answerJson, type CallNotes, type HttpRequest, Refusal, type Service } from './service.ts'
import type { World } from './world.ts'

const INSTANCE_ID = 'i-0a1b2c3d4e5f60718'
const TOKEN_TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds'
const TOKEN_HEADER = 'x-aws-ec2-metadata-token'
const MAX_TTL_SECONDS = 21_600

const TOKEN_PATH = '/latest/api/token'
const DOCUMENT_PATH = '/latest/dynamic/instance-identity/document'
const META_DATA = '/latest/meta-data'
const CREDENTIALS = /^\/latest\/meta-data\/iam\/security-credentials(-extended)?(?:\/(.*))?$/

export function createImds(world: World, role: Role): Service {
  const { clock } = world
  const tokens = createTokens(world)
  const currentKey = createRoleKeys(world, role, INSTANCE_ID)
  const zone = `${world.region}a`
  const texts: Readonly<Record<string, string>> = {
    [`${META_DATA}/instance-id`]: INSTANCE_ID,
    [`${META_DATA}/placement/region`]: world.region,
    [`${META_DATA}/placement/availability-zone`]: zone,
  }

  const getCredentials = (roleName: string, extended: boolean, notes: CallNotes): Answer => {
    if (roleName !== role.name) throw notFound()
    const { accessKeyId, secretAccessKey, session } = currentKey()
    notes.accessKeyId = accessKeyId
    notes.roleArn = role.arn
    return answerJson(200, {
      Code: 'Success',
      LastUpdated: formatInstant(session.issuedAt),
      Type: 'AWS-HMAC',
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: session.token,
      Expiration: formatInstant(session.expiresAt),
      ...(extended && { AccountId: world.account.id }),
    })
  }

  return {
    name: 'imds',
    operationOf,
    answer: (request, notes) => {
      if (request.headers['x-forwarded-for'] !== undefined) throw new Refusal('Forbidden', 403, 'Forbidden')
      if (request.path === TOKEN_PATH) return putToken(request, tokens)
      if (request.method !== 'GET') throw new Refusal('MethodNotAllowed', 405, 'Method Not Allowed')
      if (!tokens.isValid(request.headers[TOKEN_HEADER])) throw new Refusal('Unauthorized', 401, 'Unauthorized')

      const [, extended, name] = CREDENTIALS.exec(request.path) ?? []
      if (name) return getCredentials(name, extended !== undefined, notes)
      if (CREDENTIALS.test(request.path)) return answerText(role.name)
      if (request.path === DOCUMENT_PATH) return answerJson(200, describeInstance(world, zone))
      const text = texts[request.path.replace(/\/$/, '')]
      if (text === undefined) throw notFound()
      return answerText(text)
    },
    refuse: ({ status, code, message }) => {
      if (status !== undefined)
        return { status, headers: { 'content-type': 'text/html' }, body: describeStatus(status) }
      return answerJson(200, { Code: code, Message: message, LastUpdated: formatInstant(clock.now()) })
    },
  }
}

function operationOf({ path }: HttpRequest): string | undefined {
  if (!path.startsWith('/latest/')) return undefined
  if (path === TOKEN_PATH) return 'PutToken'
  if (path === DOCUMENT_PATH) return 'GetIdentityDocument'
  const credentials = CREDENTIALS.exec(path)
  if (!credentials) return 'GetMetadata'
  return credentials[2] ? 'GetCredentials' : 'ListRoles'
}

interface Tokens {
  issue(ttlSeconds: number): string
  isValid(token: string | undefined): boolean
}

function createTokens({ clock }: World): Tokens {
  const expiries = new Map<string, number>()
  return {
    issue: (ttlSeconds) => {
      const token = randomBytes(42).toString('base64')
      expiries.set(token, clock.now() + ttlSeconds * 1000)
      return token
    },
    isValid: (token) => token !== undefined && (expiries.get(token) ?? 0) > clock.now(),
  }
}

function putToken({ method, headers }: HttpRequest, tokens: Tokens): Answer {
  if (method !== 'PUT') throw new Refusal('MethodNotAllowed', 405, 'Method Not Allowed')
  const ttl = headers[TOKEN_TTL_HEADER] ?? ''
  if (!/^\d+$/.test(ttl) || Number(ttl) < 1 || Number(ttl) > MAX_TTL_SECONDS)
    throw new Refusal('BadRequest', 400, 'Bad Request')
  return answerText(tokens.issue(Number(ttl)), { [TOKEN_TTL_HEADER]: ttl })
}

function describeInstance({ account, region, clock }: World, availabilityZone: string): Record<string, unknown> {
  return {
    accountId: account.id,
    architecture: 'x86_64',
    availabilityZone,
    imageId: 'ami-0a1b2c3d4e5f60718',
    instanceId: INSTANCE_ID,
    instanceType: 't3.micro',
    pendingTime: formatInstant(clock.now()),
    privateIp: '10.0.0.10',
    region,
    version: '2017-09-30',
  }
}

/** Errors of the metadata service are web pages. */
function describeStatus(status: number): string {
  return `<?xml version="1.0" encoding="iso-8859-1"?>\n<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`
}

function answerText(body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { 'content-type': 'text/plain', ...headers }, body }
}

function notFound(): Refusal {
  return new Refusal('NotFound', 404, 'Not Found')
}
