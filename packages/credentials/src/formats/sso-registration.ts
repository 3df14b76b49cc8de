/**
 * The entry of a registered client in the cache of the AWS CLI, and the name under which it is kept.
 *
 * Source  https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
 *         awscli/botocore/utils.py: the name is the hash of a text that Python writes
 * @module
 */
import { type JsonObject, parseJsonObject, readText } from './json.ts'
import type { SsoSession } from './sso-settings.ts'
import { formatTime, type SsoClient } from './sso-token.ts'
import { parseTime } from './time.ts'

/** How a person signs in: a client is registered for one of these. */
export type SignInGrant = 'authorization_code' | 'device_code'

/** To be hashed: `json.dumps` of Python with its own separators, keys in order, all but ASCII escaped. */
export function registrationKey({ name, startUrl, region, scopes }: SsoSession): string {
  const list = scopes.length === 0 ? 'null' : `[${scopes.map(quote).join(', ')}]`
  const fields = [
    ['region', quote(region)],
    ['scopes', list],
    ['session_name', name === undefined ? 'null' : quote(name)],
    ['startUrl', quote(startUrl)],
    ['tool', quote('botocore')],
  ]
  return `{${fields.map(([field, value]) => `"${field}": ${value}`).join(', ')}}`
}

/** undefined for what is no registration, and for one of the other grant. */
export function parseRegistration(text: string, grant: SignInGrant): SsoClient | undefined {
  const entry = parseJsonObject(text)
  if (!entry || 'accessToken' in entry || isForCodes(entry) !== (grant === 'authorization_code')) return undefined
  const clientId = readText(entry, 'clientId')
  const clientSecret = readText(entry, 'clientSecret')
  const expiresAt = parseTime(readText(entry, 'expiresAt') ?? '')
  return clientId && clientSecret && expiresAt ? { clientId, clientSecret, expiresAt } : undefined
}

/** Only a client that may redeem codes says what it may do, as the AWS CLI has it. */
export function describeRegistration(
  client: SsoClient,
  scopes: readonly string[],
  grantTypes?: readonly string[],
): object {
  return {
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    expiresAt: formatTime(client.expiresAt),
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(grantTypes ? { grantTypes } : {}),
  }
}

function isForCodes({ grantTypes }: JsonObject): boolean {
  return Array.isArray(grantTypes) && grantTypes.includes('authorization_code')
}

function quote(text: string): string {
  const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(text).replace(/[^ -~]/g, escapeUnit)
}
