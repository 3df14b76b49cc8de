/**
 * What the services of IAM Identity Center answer, read from their JSON.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
 *         https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
 * @module
 */
import type { StaticKeys } from '../model/credentials.ts'
import { type JsonObject, parseJsonObject, readText } from './json.ts'
import type { IssuedToken, SsoClient } from './sso-token.ts'

/** A person is asked to let a device in. */
export interface DeviceAuthorization {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string
  readonly expiresInSeconds: number
  readonly intervalSeconds: number
}

/** What travels in headers, and what is shown to people: nothing that ends a line. */
const PLAIN = /^[\x21-\x7e]+$/
const MAX_SECONDS = 10 * 365 * 24 * 3600
/** Where the answer says nothing: as in RFC 8628, and as AWS has it. */
const DEFAULTS = { intervalSeconds: 5, deviceSeconds: 600 }

export function readIssuedToken(text: string): IssuedToken | undefined {
  const answer = parseJsonObject(text)
  const accessToken = answer && readPlain(answer, 'accessToken')
  const expiresInSeconds = answer && readSeconds(answer, 'expiresIn')
  if (!accessToken || !expiresInSeconds) return undefined
  return { accessToken, expiresInSeconds, refreshToken: readText(answer, 'refreshToken') }
}

export function readRegisteredClient(text: string): SsoClient | undefined {
  const answer = parseJsonObject(text)
  const clientId = answer && readText(answer, 'clientId')
  const clientSecret = answer && readText(answer, 'clientSecret')
  const expiresAtSeconds = answer?.['clientSecretExpiresAt']
  if (!clientId || !clientSecret || !isTime(expiresAtSeconds, 1000)) return undefined
  return { clientId, clientSecret, expiresAt: new Date(expiresAtSeconds * 1000) }
}

export function readDeviceAuthorization(text: string): DeviceAuthorization | undefined {
  const answer = parseJsonObject(text)
  const deviceCode = answer && readText(answer, 'deviceCode')
  const userCode = answer && readPlain(answer, 'userCode')
  const verificationUri = answer && readPage(answer, 'verificationUri')
  if (!deviceCode || !userCode || !verificationUri) return undefined
  return {
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete: readPage(answer, 'verificationUriComplete') ?? verificationUri,
    expiresInSeconds: readSeconds(answer, 'expiresIn') ?? DEFAULTS.deviceSeconds,
    intervalSeconds: readSeconds(answer, 'interval') ?? DEFAULTS.intervalSeconds,
  }
}

/** The expiry is in milliseconds. */
export function readRoleCredentials(text: string): StaticKeys | undefined {
  const keys = parseJsonObject(text)?.['roleCredentials'] as JsonObject | null | undefined
  if (typeof keys !== 'object' || keys === null) return undefined
  const accessKeyId = readText(keys, 'accessKeyId')
  const secretAccessKey = readText(keys, 'secretAccessKey')
  const sessionToken = readText(keys, 'sessionToken')
  const { expiration } = keys
  if (!accessKeyId || !secretAccessKey || !sessionToken || !isTime(expiration, 1)) return undefined
  return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiration) }
}

/** `invalid_grant` and the like, be it written in the way of OAuth or of AWS; undefined where nothing is said. */
export function readOidcError(text: string): string | undefined {
  const answer = parseJsonObject(text)
  const said = answer && (readText(answer, 'error') ?? readText(answer, '__type')?.replace(/^.*#/, ''))
  if (!said || !/^\w{1,64}$/.test(said)) return undefined
  return said
    .replace(/Exception$/, '')
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`)
    .toLowerCase()
}

function readPlain(answer: JsonObject, name: string): string | undefined {
  const text = readText(answer, name)
  return text !== undefined && PLAIN.test(text) ? text : undefined
}

/** A page that a browser may be sent to. */
function readPage(answer: JsonObject, name: string): string | undefined {
  const text = readPlain(answer, name)
  return text !== undefined && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : undefined
}

function readSeconds(answer: JsonObject, name: string): number | undefined {
  const value = answer[name]
  return typeof value === 'number' && value > 0 && value <= MAX_SECONDS ? value : undefined
}

function isTime(value: unknown, unitMs: number): value is number {
  return typeof value === 'number' && value > 0 && !Number.isNaN(new Date(value * unitMs).getTime())
}
