/**
 * The entry of a sign-in in the token cache that the AWS CLI and the AWS SDKs share, as it is read and written back.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html
 * @module
 */
import { type JsonObject, parseJsonObject, readText } from './json.ts'
import type { SsoSession } from './sso-settings.ts'
import { parseTime } from './time.ts'

export interface SsoToken {
  readonly accessToken: string
  readonly expiresAt: Date
  /** undefined where something for it is missing. */
  readonly renewal: SsoRenewal | undefined
  /** All that stands there: what is unknown here is kept. */
  readonly entry: JsonObject
}

/** What a token is renewed with. */
export interface SsoRenewal {
  readonly refreshToken: string
  readonly clientId: string
  readonly clientSecret: string
  readonly registrationExpiresAt: Date
}

/** What the service gives for a sign-in or a refresh token. */
export interface IssuedToken {
  readonly accessToken: string
  readonly expiresInSeconds: number
  readonly refreshToken: string | undefined
}

/** What a client got when it registered itself. */
export interface SsoClient {
  readonly clientId: string
  readonly clientSecret: string
  readonly expiresAt: Date
}

/** A token travels in a header of its own. */
const HEADER_TEXT = /^[\x21-\x7e]+$/

/** undefined for what is no token: it may be half a file, a client's registration, or anything. */
export function parseSsoToken(text: string): SsoToken | undefined {
  const entry = parseJsonObject(text)
  return entry && readEntry(entry)
}

/** The entry of a token that has just been renewed. A refresh token that was not replaced stays. */
export function renewEntry({ entry }: SsoToken, issued: IssuedToken, now: number): SsoToken {
  return toToken({ ...entry, ...describeIssued(issued, now) }, issued, now)
}

/** The entry of a token for which a person has just signed in. */
export function createEntry(session: SsoSession, client: SsoClient, issued: IssuedToken, now: number): SsoToken {
  const entry = {
    startUrl: session.startUrl,
    region: session.region,
    ...describeIssued(issued, now),
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    registrationExpiresAt: formatTime(client.expiresAt),
  }
  return toToken(entry, issued, now)
}

/** As the AWS CLI writes it: to the second, with a Z. */
export function formatTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}

function readEntry(entry: JsonObject): SsoToken | undefined {
  const accessToken = readText(entry, 'accessToken')
  const expiresAt = readTime(entry, 'expiresAt')
  if (!accessToken || !HEADER_TEXT.test(accessToken) || !expiresAt) return undefined
  return { accessToken, expiresAt, renewal: readRenewal(entry), entry }
}

function readRenewal(entry: JsonObject): SsoRenewal | undefined {
  const refreshToken = readText(entry, 'refreshToken')
  const clientId = readText(entry, 'clientId')
  const clientSecret = readText(entry, 'clientSecret')
  const registrationExpiresAt = readTime(entry, 'registrationExpiresAt')
  if (!refreshToken || !clientId || !clientSecret || !registrationExpiresAt) return undefined
  return { refreshToken, clientId, clientSecret, registrationExpiresAt }
}

function readTime(entry: JsonObject, name: string): Date | undefined {
  return parseTime(readText(entry, name) ?? '')
}

function describeIssued({ accessToken, expiresInSeconds, refreshToken }: IssuedToken, now: number): JsonObject {
  const expiresAt = formatTime(new Date(now + expiresInSeconds * 1000))
  return { accessToken, expiresAt, ...(refreshToken === undefined ? {} : { refreshToken }) }
}

function toToken(entry: JsonObject, { accessToken, expiresInSeconds }: IssuedToken, now: number): SsoToken {
  const expiresAt = new Date(now + expiresInSeconds * 1000)
  return { accessToken, expiresAt, renewal: readRenewal(entry), entry }
}
