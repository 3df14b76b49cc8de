/**
 * Where a service of AWS is asked: what the user configured, or the host name of the region's partition.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 *         https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import type { Host } from '../model/host.ts'
import type { Origin, SharedConfig } from '../model/shared-config.ts'
import { parseNested } from './ini.ts'
import { partitionOf } from './partitions.ts'
import { originInSection } from './shared-config.ts'
import { readBoolean, readSetting, readVariable } from './variable.ts'

export interface EndpointSources {
  /** As in host names: `sts`. */
  readonly service: string
  /** As in AWS_ENDPOINT_URL_… and in a services section: `sts`. */
  readonly id: string
  readonly region: string
  readonly env: Host['env']
  readonly config: SharedConfig | undefined
  readonly profile: string
  /** Domains of the service's own, by partition, where it has any: `REGION.` goes before them. */
  readonly domains?: Readonly<Record<string, string>>
  /** The one host of a service that has no regions, and the one that it has for FIPS. */
  readonly host?: { readonly usual: string; readonly fips: string }
}

interface Configured {
  readonly name: string
  readonly value: string
  readonly origin?: Origin | undefined
}

/** In the government cloud these have FIPS endpoints under their usual names, and no others. */
const FIPS_BY_ITSELF: Readonly<Record<string, readonly string[]>> = { 'aws-us-gov': ['sts', 'portal.sso', 'oidc'] }

/**
 * @throws CredentialsError `CONFIG_INVALID` where the configured address is no http or https URL, or what is said of FIPS
 *   or dual stack is neither `true` nor `false`.
 */
export function chooseEndpoint(sources: EndpointSources): URL {
  const configured = readConfigured(sources)
  if (!configured) return new URL(`https://${hostName(sources)}/`)

  const url = URL.canParse(configured.value) ? new URL(configured.value) : undefined
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url
  throw new CredentialsError(`${configured.name} is no http or https address`, {
    code: 'CONFIG_INVALID',
    source: sources.service,
    remedy: `Set ${configured.name} to a URL without a user name`,
    location: configured.origin && { file: configured.origin.path, line: configured.origin.line },
  })
}

function readConfigured(sources: EndpointSources): Configured | undefined {
  const { env, config, profile, id } = sources
  const properties = config?.profiles[profile]
  const ignored =
    readBoolean(env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']) ??
    readBoolean(properties?.['ignore_configured_endpoint_urls'])
  if (ignored) return undefined

  for (const name of [`AWS_ENDPOINT_URL_${id.toUpperCase()}`, 'AWS_ENDPOINT_URL']) {
    const value = readVariable(env, name)
    if (value) return { name, value }
  }
  const services = readSetting(properties, 'services') ?? ''
  const ofService = parseNested(config?.services[services]?.[id] ?? '')['endpoint_url']
  if (ofService) {
    const origin = config && originInSection(config, `services ${services}`, id)
    return { name: `endpoint_url of ${id} in services`, value: ofService, origin }
  }
  const ofProfile = readSetting(properties, 'endpoint_url')
  if (ofProfile === undefined) return undefined
  const origin = config?.origins[profile]?.['endpoint_url']
  return { name: `endpoint_url of profile ${profile}`, value: ofProfile, origin }
}

function hostName(sources: EndpointSources): string {
  const { service, region, domains, host } = sources
  if (host) return isOn(sources, 'AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint') ? host.fips : host.usual

  const { name, suffix, dualStackSuffix } = partitionOf(region)
  const dualStack = isOn(sources, 'AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint')
  const byItself = !dualStack && FIPS_BY_ITSELF[name]?.includes(service)
  const fips = isOn(sources, 'AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint') && !byItself ? '-fips' : ''
  if (domains?.[name] && !fips && !dualStack) return `${region}.${domains[name]}`
  return `${service}${fips}.${region}.${dualStack ? dualStackSuffix : suffix}`
}

/** What is not understood is an error: who asks for FIPS must not get an endpoint that is none. */
function isOn({ service, env, config, profile }: EndpointSources, variable: string, setting: string): boolean {
  const inEnv = readVariable(env, variable)
  const text = inEnv ?? readSetting(config?.profiles[profile], setting)
  const value = readBoolean(text)
  if (value !== undefined || text === undefined) return value ?? false

  const name = inEnv === undefined ? setting : variable
  const origin = inEnv === undefined ? config?.origins[profile]?.[setting] : undefined
  throw new CredentialsError(`${name} is neither true nor false`, {
    code: 'CONFIG_INVALID',
    source: service,
    remedy: `Set ${name} to true or false`,
    location: origin && { file: origin.path, line: origin.line },
  })
}
