/**
 * The role credentials that the AWS CLI and boto3 keep in `~/.aws/cli/cache`: what names a file of theirs, and which may be
 * shared. The name says nothing of who assumed the role, so a session is shared only where the profiles leave no doubt; one
 * that this library has written says whose it is.
 *
 * Source  https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html#cli-configure-role-cache
 * @module
 */
import type { StaticKeys } from '../model/credentials.ts'
import type { Host } from '../model/host.ts'
import type { RoleOptions } from '../model/role.ts'
import type { AwsCliSession } from '../model/sessions.ts'
import type { SharedConfig } from '../model/shared-config.ts'
import { accountOf } from './arn.ts'
import { readProcessCredentials } from './credential-json.ts'
import { asObject, type JsonObject, readText } from './json.ts'
import { readClaims } from './jwt.ts'
import { joinPath, readHome } from './paths.ts'
import type { PlanRole } from './plan-parts.ts'
import { type ProfilePlan, planProfile } from './profile-plan.ts'
import type { SsoRole, SsoSession } from './sso-settings.ts'

/** In a file that this library has written: whose session it is. */
const OWNER = 'RolecallSession'

/** Where profiles are read, and where they would be if nobody said. */
export type ProfilePlaces = Pick<Host, 'env' | 'platform' | 'homeDir'>

/**
 * The session of one role of a plan, for a user's own keys.
 *
 * @returns undefined where nobody can tell who asks: for keys from elsewhere, where two profiles ask for the same as two
 * callers, and where the profiles are not in the usual files, which the AWS CLI may have read instead.
 */
export function shareRole(
  places: ProfilePlaces,
  config: SharedConfig,
  plan: ProfilePlan,
  role: PlanRole,
): AwsCliSession | undefined {
  const files = filesOf(config)
  if (!files.every((file) => usualFiles(places).includes(file))) return undefined
  const key = roleKey(role)
  const caller = callerOf(plan, role)
  if (caller === undefined) return undefined
  for (const name of Object.keys(config.profiles)) {
    const other = planIfPossible(config, name)
    const same = other?.roles.find((one) => roleKey(one) === key)
    if (other && same && callerOf(other, same) !== caller) return undefined
  }
  return { key, fields: {}, isOurs: () => true, decidedBy: files }
}

/** The session of a token: what is cached says whose token it was. */
export function shareWebIdentity(
  role: Pick<RoleOptions, 'roleArn'> & { readonly sessionName?: string | undefined },
  token: string,
): AwsCliSession | undefined {
  const claims = readClaims(token)
  const subject = claims && readText(claims, 'sub')
  const issuer = claims && readText(claims, 'iss')?.replace(/^https?:\/\//, '')
  const account = accountOf(role.roleArn)
  if (!subject || !issuer || !account) return undefined
  const [, partition] = role.roleArn.split(':')
  const provider = `arn:${partition}:iam::${account}:oidc-provider/${issuer}`
  return {
    key: roleKey({ roleArn: role.roleArn, sessionName: role.sessionName }),
    fields: { SubjectFromWebIdentityToken: subject, Provider: provider },
    isOurs: (entry) =>
      readText(entry, 'SubjectFromWebIdentityToken') === subject &&
      [provider, issuer, `https://${issuer}`].includes(readText(entry, 'Provider') ?? ''),
    decidedBy: [],
  }
}

/** @param tokenFile the sign-in: what was cached before its last renewal may be another person's. */
export function shareSsoRole({ name, startUrl }: SsoSession, role: SsoRole, tokenFile: string): AwsCliSession {
  const { accountId, roleName } = role
  const session = name === undefined ? { startUrl } : { sessionName: name }
  const key = JSON.stringify({ accountId, roleName, ...session })
  return {
    key,
    fields: { ProviderType: 'sso' },
    isOurs: (entry) => readText(entry, 'ProviderType') === 'sso',
    decidedBy: [tokenFile],
  }
}

/** undefined where the entry holds no session that ends. */
export function readAwsCliEntry(entry: JsonObject): StaticKeys | undefined {
  const credentials = asObject(entry['Credentials'])
  const keys = credentials && readProcessCredentials(credentials)
  return keys?.sessionToken && keys.expiration ? keys : undefined
}

/** The id of the session that this library has written there. */
export function readOwner(entry: JsonObject): string | undefined {
  return readText(entry, OWNER)
}

export function formatAwsCliEntry(keys: StaticKeys, owner: string, fields: AwsCliSession['fields']): string {
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = keys
  const said = expiration?.toISOString().replace(/\.\d+Z$/, 'Z')
  const credentials = {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: said,
    AccountId: accountId,
  }
  return JSON.stringify({ Credentials: credentials, ...fields, [OWNER]: owner })
}

/** Who asks for a role: a user's own keys, and the roles before it. undefined for keys that come from elsewhere. */
function callerOf({ base, roles }: ProfilePlan, role: PlanRole): string | undefined {
  if (base.kind !== 'static') return undefined
  const before = roles.slice(0, roles.indexOf(role)).map(roleKey)
  return [base.credentials.accessKeyId, ...before].join(' ')
}

/** What botocore makes the name of: the parameters of the request, as Python writes them. */
function roleKey(role: { readonly [P in keyof RoleOptions]?: RoleOptions[P] | undefined }): string {
  return toPythonJson({
    RoleArn: role.roleArn,
    RoleSessionName: role.sessionName,
    ExternalId: role.externalId,
    SerialNumber: role.mfaSerial,
    DurationSeconds: role.durationSeconds,
  })
}

/** As `json.dumps(…, sort_keys=True)`: blanks after separators, and nothing beyond ASCII. */
function toPythonJson(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  const members = given.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `"${name}": ${toAscii(value)}`)
  return `{${members.join(', ')}}`
}

function toAscii(value: string | number | undefined): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function filesOf({ origins }: SharedConfig): string[] {
  const paths = Object.values(origins).flatMap((keys) => Object.values(keys).map(({ path }) => path))
  return [...new Set(paths)]
}

function usualFiles(places: ProfilePlaces): string[] {
  const home = readHome(places)
  return home === undefined
    ? []
    : ['config', 'credentials'].map((name) => joinPath(places.platform, home, '.aws', name))
}

/** A profile that is broken gives the AWS CLI no session either. */
function planIfPossible(config: SharedConfig, name: string): ProfilePlan | undefined {
  try {
    return planProfile(config, name)
  } catch {
    return undefined
  }
}
