/**
 * A session of `aws login` as its file holds it, and what the sign-in service answers.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
 *         the model of the AWS Sign-In service (signin 2023-01-01), as botocore carries it
 * @module
 */
import type { StaticKeys } from '../model/credentials.ts'
import { asObject, type JsonObject, parseJsonObject, readText } from './json.ts'
import { parseTime } from './time.ts'

/** As long as the service lets such keys live; where it does not say, they are taken to live that long. */
const MAX_LIFE_SECONDS = 900

export interface LoginSession {
  readonly keys: SessionKeys
  readonly clientId: string
  readonly refreshToken: string
  /** PEM of the P-256 key that the refresh token is bound to. */
  readonly dpopKey: string
  /** Where the person signed in: a refresh token is good in that region only. Older files do not say. */
  readonly signInRegion: string | undefined
  /** All that the file says. */
  readonly file: JsonObject
}

type SessionKeys = StaticKeys & { readonly sessionToken: string; readonly expiration: Date; readonly accountId: string }

/** What an exchange of a code or of a refresh token gives. */
export interface TokenAnswer {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
  readonly tokenType: string
  readonly refreshToken: string | undefined
  readonly idToken: string | undefined
}

/** Names the first field that is not there, or not what it should be; undefined: it is no JSON object at all. */
export interface SessionProblem {
  readonly missing: string | undefined
}

export function parseLoginSession(text: string): LoginSession | SessionProblem {
  const file = parseJsonObject(text)
  if (!file) return { missing: undefined }
  const accessToken = asObject(file['accessToken'])
  if (!accessToken) return { missing: 'accessToken' }

  const expiration = parseTime(readText(accessToken, 'expiresAt') ?? '')
  const [accessKeyId, secretAccessKey, sessionToken, accountId] = KEY_FIELDS.map((name) => readText(accessToken, name))
  const [clientId, refreshToken, dpopKey] = FILE_FIELDS.map((name) => readText(file, name))
  if (!accessKeyId || !secretAccessKey || !sessionToken || !accountId || !expiration) {
    const missing = KEY_FIELDS.find((name) => !readText(accessToken, name)) ?? 'expiresAt'
    return { missing: `accessToken.${missing}` }
  }
  if (!clientId || !refreshToken || !dpopKey) return { missing: FILE_FIELDS.find((name) => !readText(file, name)) }
  const keys = { accessKeyId, secretAccessKey, sessionToken, expiration, accountId }
  return { keys, clientId, refreshToken, dpopKey, signInRegion: readText(file, 'signInRegion'), file }
}

const KEY_FIELDS = ['accessKeyId', 'secretAccessKey', 'sessionToken', 'accountId'] as const
const FILE_FIELDS = ['clientId', 'refreshToken', 'dpopKey'] as const

/** @param now milliseconds since the epoch, when the answer came. undefined where a key is missing. */
export function readTokenAnswer(text: string, now: number): TokenAnswer | undefined {
  const answer = parseJsonObject(text)
  const accessToken = asObject(answer?.['accessToken'])
  if (!answer || !accessToken) return undefined
  const accessKeyId = readText(accessToken, 'accessKeyId')
  const secretAccessKey = readText(accessToken, 'secretAccessKey')
  const sessionToken = readText(accessToken, 'sessionToken')
  const { expiresIn = MAX_LIFE_SECONDS } = answer
  if (!accessKeyId || !secretAccessKey || !sessionToken) return undefined
  if (typeof expiresIn !== 'number' || !(expiresIn > 0 && expiresIn < 1e6)) return undefined
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: new Date(Math.floor(now / 1000 + expiresIn) * 1000),
    tokenType: readText(answer, 'tokenType') ?? 'aws_sigv4',
    refreshToken: readText(answer, 'refreshToken'),
    idToken: readText(answer, 'idToken'),
  }
}

/** The name of a refusal: `TOKEN_EXPIRED`. undefined where the answer does not say, or says something odd. */
export function readSignInError(text: string): string | undefined {
  const error = readText(parseJsonObject(text) ?? {}, 'error')
  return error && /^[\w.-]{1,64}$/.test(error) ? error : undefined
}

/** The session with new keys. A refresh token that is not given anew stays, as does all else that the file says. */
export function renewLoginSession(session: LoginSession, answer: TokenAnswer): LoginSession {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = answer
  const { accountId } = session.keys
  const refreshToken = answer.refreshToken ?? session.refreshToken
  const keys = { accessKeyId, secretAccessKey, sessionToken, accountId, expiration }
  const file = { ...session.file, accessToken: writeKeys(keys, session.file['accessToken']), refreshToken }
  return { ...session, keys, refreshToken, file }
}

/** The first session of a sign-in. */
export function createLoginSession(
  answer: TokenAnswer & { readonly idToken: string; readonly refreshToken: string },
  { accountId, clientId, dpopKey, signInRegion }: Record<'accountId' | 'clientId' | 'dpopKey' | 'signInRegion', string>,
): LoginSession {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, tokenType, refreshToken, idToken } = answer
  const keys = { accessKeyId, secretAccessKey, sessionToken, accountId, expiration }
  const file = { accessToken: writeKeys(keys), tokenType, clientId, refreshToken, idToken, dpopKey, signInRegion }
  return { keys, clientId, refreshToken, dpopKey, signInRegion, file }
}

function writeKeys({ expiration, ...keys }: SessionKeys, before?: unknown): JsonObject {
  return { ...asObject(before), ...keys, expiresAt: expiration.toISOString().replace(/\.\d+Z$/, 'Z') }
}
