import { isCredentialsError, type ProfilePlan, planProfile, type SharedConfig } from '@rolecall/credentials'

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
      ...plan(config, name),
      ...(location && { location }),
    }
  })
}

function plan(config: SharedConfig, name: string): Pick<ListedProfile, 'steps' | 'error'> {
  try {
    const { base, roles } = planProfile(config, name)
    return { steps: [...describeBase(base), ...roles.map(({ roleArn }) => `assume ${roleArn}`)] }
  } catch (error) {
    if (!isCredentialsError(error)) throw error
    const { code, problem, remedy, location } = error
    return { steps: [], error: { code, message: problem, remedy, ...(location && { location }) } }
  }
}

function describeBase(base: ProfilePlan['base']): string[] {
  switch (base.kind) {
    case 'static':
      return [`static keys of ${base.profile}`]
    case 'credential-source':
      return [`credential_source ${base.credentialSource}`]
    case 'web-identity':
      return [`web identity token ${base.tokenFile}`, `assume ${base.roleArn}`]
    case 'process':
      return [`credential_process of ${base.profile}`]
    case 'sso':
      return [`IAM Identity Center (sign-in of ${base.profile})`]
    case 'login':
      return [`aws login session of ${base.profile}`]
    case 'none':
      return []
  }
}

/** Its first setting: in the config file, where it has any there. */
function locate({ origins }: SharedConfig, name: string): ListedProfile['location'] {
  const [first] = Object.values(origins[name] ?? {}).sort((a, b) =>
    a.file === b.file ? a.line - b.line : a.file.localeCompare(b.file),
  )
  return first && { file: first.path, line: first.line }
}
