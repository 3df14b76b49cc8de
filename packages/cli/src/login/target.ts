/** What a profile needs somebody to sign in for. */
import { type ChosenProfile, type PlanBase, planProfile, type SharedConfig } from '@rolecall/credentials'
import { Failure } from '../failure.ts'

export type Target =
  | { readonly kind: 'sso' }
  | {
      readonly kind: 'login'
      readonly profile: string
      readonly loginSession: string
      /** The setting of the profile that gives other credentials instead. */
      readonly winner?: string
    }
  /** It has no credentials yet: whoever signs in with `aws login` becomes its `login_session`. */
  | { readonly kind: 'new-login'; readonly profile: string }

/** For {@link findTarget} of a profile that need not exist. */
export function findOrCreateTarget(config: SharedConfig, { name, isNamed }: ChosenProfile, create: boolean): Target {
  const isThere = config.profiles[name] !== undefined
  return isThere || (isNamed && !create) ? findTarget(config, name) : { kind: 'new-login', profile: name }
}

/** @throws Failure `LOGIN_NOT_NEEDED`; CredentialsError as `planProfile` does */
export function findTarget(config: SharedConfig, name: string): Target {
  const settings = config.profiles[name]
  if (settings?.['sso_session'] && !settings['role_arn']) return { kind: 'sso' } // also one for a token alone

  const { base, unused } = planProfile(config, name)
  if (base.kind === 'none') return { kind: 'new-login', profile: name }
  if (base.kind === 'sso') return { kind: 'sso' }
  if (base.kind === 'login') return { kind: 'login', profile: base.profile, loginSession: base.loginSession }

  const passedOver = unused.find(({ setting }) => setting === 'login_session')
  if (passedOver) {
    const { profile, winner } = passedOver
    return { kind: 'login', profile, winner, loginSession: config.profiles[profile]?.['login_session']?.trim() ?? '' }
  }
  throw notNeeded(name)
}

/** For whoever ends a sign-in: there is none yet. @throws Failure `LOGIN_NOT_NEEDED` */
export function refuseNew(target: Target): Exclude<Target, { kind: 'new-login' }> {
  if (target.kind === 'new-login') throw notNeeded(target.profile)
  return target
}

/** As the AWS CLI has it: a sign-in that no program would use is not begun. @throws Failure `LOGIN_UNUSED` */
export function refuseUnused(config: SharedConfig, target: Target): void {
  if (target.kind !== 'login' || target.winner === undefined) return
  const { profile, winner } = target
  const origin = config.origins[profile]?.[winner]
  throw new Failure(`profile ${profile} would not use its login_session: its ${winner} comes first`, {
    code: 'LOGIN_UNUSED',
    source: 'login',
    remedy: `Remove ${winner} from the profile, or choose another`,
    location: origin && { file: origin.path, line: origin.line },
  })
}

/** The profiles that get their first credentials from there. A broken one gets none. */
export function listProfilesOf(config: SharedConfig, isThere: (base: PlanBase) => boolean): string[] {
  return Object.keys(config.profiles).filter((name) => {
    try {
      return isThere(planProfile(config, name).base)
    } catch {
      return false
    }
  })
}

function notNeeded(profile: string): Failure {
  return new Failure(`profile ${profile} needs no sign-in: it has no sso_session, sso_start_url or login_session`, {
    code: 'LOGIN_NOT_NEEDED',
    source: 'login',
    remedy: 'Choose another profile, or name an sso-session with --sso-session',
  })
}
