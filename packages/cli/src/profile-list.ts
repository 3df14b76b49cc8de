import { describePlan, isCredentialsError, planProfile, type SharedConfig } from '@rolecall/credentials'

export interface ListedProfile {
  readonly name: string
  readonly selected: boolean
  /** The first credentials, then each role. Empty where it is broken, or gives settings only. */
  readonly steps: readonly string[]
  readonly region: string | null
  readonly location?: { readonly file: string; readonly line: number }
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly remedy: string
    readonly location?: { readonly file: string; readonly line?: number | undefined }
  }
}

/** Each profile on its own: a broken one says why, and hides no other. */
export function listProfiles(config: SharedConfig, selected: string): ListedProfile[] {
  return Object.keys(config.profiles).map((name) => {
    const location = locate(config, name)
    return {
      name,
      selected: name === selected,
      region: config.profiles[name]?.['region']?.trim() || null,
      ...planSteps(config, name),
      ...(location && { location }),
    }
  })
}

function planSteps(config: SharedConfig, name: string): Pick<ListedProfile, 'steps' | 'error'> {
  try {
    const plan = planProfile(config, name)
    return { steps: plan.base.kind === 'none' ? [] : describePlan(plan) }
  } catch (error) {
    if (!isCredentialsError(error)) throw error
    const { code, problem, remedy, location } = error
    return { steps: [], error: { code, message: problem, remedy, ...(location && { location }) } }
  }
}

/** Its first setting: in the config file, where it has any there. */
function locate({ origins }: SharedConfig, name: string): ListedProfile['location'] {
  const [first] = Object.values(origins[name] ?? {}).sort((a, b) =>
    a.file === b.file ? a.line - b.line : a.file.localeCompare(b.file),
  )
  return first && { file: first.path, line: first.line }
}
