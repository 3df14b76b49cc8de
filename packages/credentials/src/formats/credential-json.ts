/**
 * Credentials as JSON: what the container and instance endpoints answer, and what a credential_process prints.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 *         https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @module
 */
import type { StaticKeys } from '../model/credentials.ts'
import { type JsonObject, readText } from './json.ts'
import { parseTime } from './time.ts'

/** undefined where keys are missing, or the expiry is no time. The session token is named `Token`. */
export function readEndpointCredentials(answer: JsonObject): StaticKeys | undefined {
  return readKeys(answer, 'token')
}

/** Why an endpoint gives no credentials, by a code of its own; undefined where it does not say so. */
export function readEndpointRefusal(answer: JsonObject): string | undefined {
  const code = readText(foldNames(answer), 'code')
  if (code === undefined || code === 'Success') return undefined
  return /^\w{1,64}$/.test(code) ? code : 'an error'
}

/** As {@link readEndpointCredentials}; the session token is named `SessionToken`. The version is not looked at. */
export function readProcessCredentials(output: JsonObject): StaticKeys | undefined {
  return readKeys(output, 'sessiontoken')
}

function readKeys(object: JsonObject, tokenName: string): StaticKeys | undefined {
  const answer = foldNames(object)
  const accessKeyId = readText(answer, 'accesskeyid')
  const secretAccessKey = readText(answer, 'secretaccesskey')
  if (!accessKeyId || !secretAccessKey) return undefined

  const said = answer['expiration']
  const expiration = typeof said === 'string' ? parseTime(said) : undefined
  if (said !== undefined && said !== null && said !== '' && !expiration) return undefined
  const sessionToken = readText(answer, tokenName)
  return { accessKeyId, secretAccessKey, sessionToken, expiration, accountId: readText(answer, 'accountid') }
}

/** Endpoints and programs write `AccountId` and `AccountID`, `Code` and `code`. */
function foldNames(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]))
}
