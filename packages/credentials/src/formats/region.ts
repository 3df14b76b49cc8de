/**
 * Which region, and what its name means for host names.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
 * @module
 */
import { CredentialsError, type Location } from '../errors.ts'
import type { Host } from '../model/host.ts'
import type { Properties } from '../model/shared-config.ts'
import { readSetting, readVariable } from './variable.ts'

export interface ChosenRegion {
  readonly name: string
  /** `AWS_REGION`, `profile dev`, `the region option`. */
  readonly chosenBy: string
}

const HOST_LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i

export interface RegionSources {
  readonly option?: string | undefined
  readonly env: Host['env']
  readonly profile?: { readonly name: string; readonly properties: Properties | undefined } | undefined
}

/** The `region` option, AWS_REGION, AWS_DEFAULT_REGION, then the profile. */
export function chooseRegion({ option, env, profile }: RegionSources): ChosenRegion | undefined {
  if (option !== undefined) return { name: option, chosenBy: 'the region option' }
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const value = readVariable(env, name)
    if (value) return { name: value, chosenBy: name }
  }
  const value = readSetting(profile?.properties, 'region')
  return value === undefined ? undefined : { name: value, chosenBy: `profile ${profile?.name}` }
}

/**
 * A region becomes part of host names: what is no host label could send requests, and tokens, elsewhere.
 *
 * @param location where it stands, if in a file.
 * @returns it in lower case, as it is signed.
 * @throws CredentialsError `REGION_INVALID`.
 */
export function checkRegion(region: ChosenRegion, location?: Location): ChosenRegion {
  if (HOST_LABEL.test(region.name)) return { ...region, name: region.name.toLowerCase() }
  throw new CredentialsError(`"${region.name.slice(0, 80)}" (from ${region.chosenBy}) is no name of a region`, {
    code: 'REGION_INVALID',
    source: 'region',
    remedy: 'Use a name such as us-east-1',
    location,
  })
}
