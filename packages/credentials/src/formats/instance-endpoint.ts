/**
 * Where the instance metadata service is asked, whether it may be, and for which role.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-client.html
 *         https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import type { Host } from '../model/host.ts'
import type { Properties } from '../model/shared-config.ts'
import { readBoolean, readSetting, readVariable } from './variable.ts'

export interface InstanceOptions {
  /** Default: AWS_EC2_METADATA_SERVICE_ENDPOINT, the profile, then the link-local address of the mode. */
  readonly endpoint?: string
  /** `IPv4` or `IPv6`, in any case. Default: AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, the profile, then IPv4. */
  readonly endpointMode?: string
  /** Ask without a token where version 2 is not offered. Default: no, unless `ec2_metadata_v1_disabled` is `false`. */
  readonly allowV1?: boolean
  /** Default: AWS_EC2_INSTANCE_PROFILE_NAME, the profile's ec2_instance_profile_name, then what the instance says. */
  readonly roleName?: string
}

export interface InstanceEndpoint {
  readonly url: URL
  /** Somebody chose it: silence there is a failure. */
  readonly isNamed: boolean
  readonly allowV1: boolean
}

const ADDRESSES: Readonly<Record<string, string>> = {
  ipv4: 'http://169.254.169.254',
  ipv6: 'http://[fd00:ec2::254]',
}

/** What says that the instance is not to be asked. The variable has the last word. */
export function readInstanceDisabled(env: Host['env'], properties?: Properties): string | undefined {
  const variable = readBoolean(env['AWS_EC2_METADATA_DISABLED'])
  if (variable !== undefined) return variable ? 'AWS_EC2_METADATA_DISABLED is true' : undefined
  return readBoolean(properties?.['disable_ec2_metadata']) ? 'disable_ec2_metadata of the profile is true' : undefined
}

/** The role that somebody chose: the instance is not asked which one it has. */
export function readInstanceRole(
  env: Host['env'],
  properties: Properties | undefined,
  { roleName }: InstanceOptions,
): { name: string; chosenBy: string } | undefined {
  if (roleName !== undefined) return { name: roleName, chosenBy: 'the roleName option' }
  const variable = readVariable(env, 'AWS_EC2_INSTANCE_PROFILE_NAME')?.trim()
  if (variable) return { name: variable, chosenBy: 'AWS_EC2_INSTANCE_PROFILE_NAME' }
  const setting = readSetting(properties, 'ec2_instance_profile_name')
  return setting === undefined ? undefined : { name: setting, chosenBy: 'ec2_instance_profile_name' }
}

/** @throws CredentialsError `CONFIG_INVALID` for a mode or an address that is none. */
export function readInstanceEndpoint(
  env: Host['env'],
  properties: Properties | undefined,
  options: InstanceOptions,
  source: string,
): InstanceEndpoint {
  const fail = (problem: string, remedy: string) =>
    new CredentialsError(problem, { code: 'CONFIG_INVALID', source, remedy })

  const named =
    options.endpoint ??
    readVariable(env, 'AWS_EC2_METADATA_SERVICE_ENDPOINT') ??
    readSetting(properties, 'ec2_metadata_service_endpoint')
  const mode =
    options.endpointMode ??
    readVariable(env, 'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE') ??
    readSetting(properties, 'ec2_metadata_service_endpoint_mode') ??
    'IPv4'
  const known = mode.trim().toLowerCase()
  const address = named ?? (Object.hasOwn(ADDRESSES, known) ? ADDRESSES[known] : undefined)
  if (address === undefined) throw fail('the endpoint mode is neither IPv4 nor IPv6', 'Set it to IPv4 or IPv6')

  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw fail(
      'the endpoint of the instance is no http or https address',
      'Set it to a URL such as http://127.0.0.1:1338/',
    )
  return { url, isNamed: named !== undefined, allowV1: options.allowV1 ?? isV1Enabled(env, properties) }
}

function isV1Enabled(env: Host['env'], properties: Properties | undefined): boolean {
  const disabled =
    readBoolean(env['AWS_EC2_METADATA_V1_DISABLED']) ?? readBoolean(properties?.['ec2_metadata_v1_disabled'])
  return disabled === false
}
