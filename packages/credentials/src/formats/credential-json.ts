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
  return readKeys(answer, 'Token')
}

/** As {@link readEndpointCredentials}; the session token is named `SessionToken`. The version is not looked at. */
export function readProcessCredentials(output: JsonObject): StaticKeys | undefined {
  return readKeys(output, 'SessionToken')
}

function readKeys(object: JsonObject, tokenName: string): StaticKeys | undefined {
  const accessKeyId = readText(object, 'AccessKeyId')
  const secretAccessKey = readText(object, 'SecretAccessKey')
  if (!accessKeyId || !secretAccessKey) return undefined

  const said = object['Expiration']
  const expiration = typeof said === 'string' ? parseTime(said) : undefined
  if (said !== undefined && said !== null && said !== '' && !expiration) return undefined
  const sessionToken = readText(object, tokenName)
  return { accessKeyId, secretAccessKey, sessionToken, expiration, accountId: readText(object, 'AccountId') }
}
