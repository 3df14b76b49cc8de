/**
 * The credentials of the role of an EC2 instance.
 *
 * Reads   AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE,
 *         AWS_EC2_METADATA_V1_DISABLED, AWS_EC2_INSTANCE_PROFILE_NAME, and the like in the profile
 * Source  https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import { readEndpointCredentials, readEndpointRefusal } from '../formats/credential-json.ts'
import {
  type InstanceOptions,
  readInstanceDisabled,
  readInstanceEndpoint,
  readInstanceRole,
} from '../formats/instance-endpoint.ts'
import { parseJsonObject } from '../formats/json.ts'
import type { StaticKeys } from '../model/credentials.ts'
import { type ProviderContext, type Skipped, skip } from '../model/provider.ts'
import type { Properties } from '../model/shared-config.ts'
import { createImds, type ImdsSession, NoInstance } from './imds.ts'
import { loadSelectedProfile } from './selected-profile.ts'

const LEGACY_PATH = '/latest/meta-data/iam/security-credentials'
/** Its answer has the account too. */
const EXTENDED_PATH = '/latest/meta-data/iam/security-credentials-extended'
const REGION_PATH = '/latest/meta-data/placement/region'

export interface InstanceRole {
  /** Credentials that have expired are used a little longer, as AWS asks of its SDKs. */
  getCredentials(context: ProviderContext): Promise<StaticKeys | Skipped>
  /** undefined where no instance answers. */
  getRegion(context: ProviderContext): Promise<string | undefined>
}

/** Keeps the token, and which paths are there, from one call to the next. */
export function createInstanceRole(options: InstanceOptions, source: string): InstanceRole {
  const imds = createImds()
  let path = EXTENDED_PATH
  let hasAnswered = false

  /** Of the newer path, or of the older one where that is not there. */
  const get = async <T>(session: ImdsSession, name: string, read: (text: string) => T): Promise<T | undefined> => {
    const found = await session.get(`${path}/${encodeURIComponent(name)}`, read)
    if (found || path === LEGACY_PATH) return found
    const older = await session.get(`${LEGACY_PATH}/${encodeURIComponent(name)}`, read)
    if (found === undefined && (older || !name)) path = LEGACY_PATH
    return older
  }

  const getKeys = (session: ImdsSession, role: string): Promise<StaticKeys | undefined> =>
    get(session, role, (text) => readAnswer(text, role, source))

  const readCredentials = async (
    session: ImdsSession,
    context: ProviderContext,
    properties: Properties | undefined,
  ): Promise<StaticKeys | Skipped> => {
    const chosen = readInstanceRole(context.host.env, properties, options)
    const role = chosen?.name ?? (await get(session, '', readFirstLine))
    if (!role) return skip('the instance has no role')
    context.trace?.fact('role', role)

    const keys = (await getKeys(session, role)) ?? (chosen ? undefined : await getReplaced(session, role))
    if (keys) return extend(keys, context)
    if (!chosen) return skip(`the instance has no credentials for its role ${role}`)
    const problem = `the instance has no credentials for the role ${role}, which ${chosen.chosenBy} names`
    throw fail(source, 'CONFIG_INVALID', problem, `Name the role of the instance, or remove ${chosen.chosenBy}`)
  }

  /** Between two requests an instance may have been given another role. */
  const getReplaced = async (session: ImdsSession, former: string): Promise<StaticKeys | undefined> => {
    const role = await get(session, '', readFirstLine)
    return role && role !== former ? getKeys(session, role) : undefined
  }

  const ask = async <T>(
    context: ProviderContext,
    work: (session: ImdsSession, properties: Properties | undefined) => Promise<T>,
  ): Promise<T | Skipped> => {
    const { host, signal, trace } = context
    const off = readInstanceDisabled(host.env)
    if (off) return skip(off)
    const { properties } = await loadSelectedProfile(context)
    const offHere = readInstanceDisabled(host.env, properties)
    if (offHere) return skip(offHere)
    const { url, isNamed, allowV1 } = readInstanceEndpoint(host.env, properties, options, source)
    trace?.fact('endpoint', url.origin)
    try {
      const request = { host, endpoint: url, allowV1, signal, source }
      const answer = await imds.converse(request, (session) => work(session, properties))
      hasAnswered = true
      return answer
    } catch (error) {
      // an instance that has answered before is silent now: that is a failure, and what it gave is served on
      if (error instanceof NoInstance && !isNamed && !hasAnswered) return skip(error.problem)
      throw error
    }
  }

  return {
    getCredentials: (context) => ask(context, (session, properties) => readCredentials(session, context, properties)),
    async getRegion(context) {
      const name = await ask(context, (session) => session.get(REGION_PATH, readFirstLine))
      return typeof name === 'string' && name ? name : undefined
    },
  }
}

function readFirstLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.trim() ?? ''
}

function readAnswer(text: string, role: string, source: string): StaticKeys {
  const answer = parseJsonObject(text)
  const refusal = answer && readEndpointRefusal(answer)
  if (refusal)
    throw fail(source, 'SOURCE_REFUSED', `role ${role} gives ${refusal}`, 'Check the trust policy of the role')
  const keys = answer && readEndpointCredentials(answer)
  if (keys) return keys
  throw fail(source, 'RESPONSE_INVALID', `the instance sent no credentials for ${role}`, 'Check what serves them')
}

/** The service may be late to renew. What is asked again then is asked in 5 to 10 minutes. */
function extend(keys: StaticKeys, { host, trace }: ProviderContext): StaticKeys {
  if (!keys.expiration || keys.expiration.getTime() > host.now()) return keys
  trace?.warn({
    code: 'EXPIRATION_EXTENDED',
    text: `the credentials of the instance expired at ${keys.expiration.toISOString()}; they are used on`,
    remedy: 'Check the clock, and whether the instance metadata service renews them.',
  })
  return { ...keys, expiration: new Date(host.now() + (600 + 300 * host.random()) * 1000) }
}

function fail(source: string, code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code, source, remedy })
}
