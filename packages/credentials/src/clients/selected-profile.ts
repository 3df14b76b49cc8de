/**
 * Which profile counts here, and its settings.
 *
 * Reads   the `profile` option, AWS_PROFILE, AWS_DEFAULT_PROFILE
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 * @module
 */
import { CredentialsError } from '../errors.ts'
import { expandHome } from '../formats/paths.ts'
import { chooseAnother } from '../formats/profile-plan.ts'
import { type ChosenRegion, checkRegion, chooseRegion } from '../formats/region.ts'
import { readVariable } from '../formats/variable.ts'
import type { Host } from '../model/host.ts'
import type { ProviderContext } from '../model/provider.ts'
import type { Properties, SharedConfig } from '../model/shared-config.ts'
import { loadSharedConfig, locateSharedConfig } from './config-files.ts'

export interface ChosenProfile {
  readonly name: string
  readonly chosenBy: string
  /** Somebody asked for this one: it must exist. */
  readonly isNamed: boolean
}

export interface SelectedProfile extends ChosenProfile {
  readonly config: SharedConfig
  /** undefined where no file has it. */
  readonly properties: Properties | undefined
}

export function chooseProfile(env: Host['env'], option: string | undefined): ChosenProfile {
  if (option !== undefined) return { name: option, chosenBy: 'the profile option', isNamed: true }
  for (const variable of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) {
    const name = readVariable(env, variable)
    if (name) return { name, chosenBy: variable, isNamed: true }
  }
  return { name: 'default', chosenBy: 'default', isNamed: false }
}

export async function loadSelectedProfile(context: ProviderContext): Promise<SelectedProfile> {
  const { host, profile, configFile, credentialsFile } = context
  const chosen = chooseProfile(host.env, profile)
  const config = await loadSharedConfig(host, { configFile, credentialsFile })
  return { ...chosen, config, properties: config.profiles[chosen.name] }
}

/**
 * For a provider that lives in the profile alone: one that was asked for must be there.
 *
 * @throws CredentialsError `PROFILE_NOT_FOUND`, and as {@link loadSharedConfig}.
 */
export async function loadNamedProfile(context: ProviderContext, source: string): Promise<SelectedProfile> {
  const selected = await loadSelectedProfile(context)
  if (selected.properties || !selected.isNamed) return selected
  throw noSuchProfile(selected, context, source)
}

/** @returns `PROFILE_NOT_FOUND`: who chose it, and the config file that does not have it. */
export function noSuchProfile(
  { name, chosenBy, config }: SelectedProfile,
  { host, configFile }: ProviderContext,
  source: string,
): CredentialsError {
  const by = chosenBy.startsWith('AWS_') ? `, which ${chosenBy} names` : ''
  const file = configFile === undefined ? locateSharedConfig(host).config : expandHome(configFile, host)
  return new CredentialsError(`there is no profile ${name || '""'}${by}`, {
    code: 'PROFILE_NOT_FOUND',
    source,
    remedy: chooseAnother(config),
    location: file === undefined ? undefined : { file },
  })
}

/** The region for a caller's own requests, without asking the instance; undefined where nothing names one. */
export function regionOf(selected: SelectedProfile, context: ProviderContext): ChosenRegion | undefined {
  const named = chooseRegion({ option: context.region, env: context.host.env })
  if (named) return checkRegion(named)
  const ofProfile = chooseRegion({ env: {}, profile: selected })
  const origin = selected.config.origins[selected.name]?.['region']
  if (ofProfile) return checkRegion(ofProfile, origin && { file: origin.path, line: origin.line })
  const name = context.clientRegion
  return name === undefined ? undefined : checkRegion({ name, chosenBy: 'the client that asks' })
}
