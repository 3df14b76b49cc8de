/**
 * What a profile of the shared config and credentials files leads to: keys, a process, a token, roles on top.
 *
 * Reads   AWS_PROFILE, AWS_DEFAULT_PROFILE; AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, ~/.aws/config, ~/.aws/credentials;
 *         the profile's aws_access_key_id, aws_secret_access_key, aws_session_token, aws_account_id; role_arn with
 *         source_profile or credential_source, role_session_name, external_id, duration_seconds, mfa_serial, mfa_process;
 *         web_identity_token_file; credential_process; and what sso, login and roles-anywhere read of a profile
 * Refresh As the source that its plan begins with; its roles' sessions are served a while past their end when STS cannot be
 *         asked. Keys of its own have no end.
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 * @module
 */
import type { PlanMemory } from '../clients/plan-base.ts'
import { loadSelectedProfile, noSuchProfile, type SelectedProfile } from '../clients/selected-profile.ts'
import { connectToSts } from '../clients/sts-connection.ts'
import { describePlan, planProfile } from '../formats/profile-plan.ts'
import type { StaticKeys } from '../model/credentials.ts'
import { BOUNDED, type Provider, type ProviderContext, skip, type Warning } from '../model/provider.ts'
import { keepSession } from '../model/sessions.ts'

const SOURCE = 'profile'

export interface ProfileOptions {
  /** Must exist. Default: the profile of `createCredentials`, AWS_PROFILE, AWS_DEFAULT_PROFILE, then `default`. */
  readonly profile?: string
}

/**
 * Steps aside where no profile was asked for and there is no `default`, and where the profile names no credentials.
 * Throws `PROFILE_NOT_FOUND`, `PROFILE_LOOP`, `CONFIG_INVALID`, `KEYS_INCOMPLETE`, and what its plan fails with.
 */
export function fromProfile({ profile }: ProfileOptions = {}): Provider {
  const memory: PlanMemory = {}
  return {
    name: SOURCE,
    variables: ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'],
    timeoutMs: BOUNDED,
    provide: (context) => provide(profile === undefined ? context : { ...context, profile }, memory),
  }
}

async function provide(context: ProviderContext, memory: PlanMemory): ReturnType<Provider['provide']> {
  const { trace } = context
  const selected = await loadSelectedProfile(context)
  trace?.fact('profile', selected.name)
  if (!selected.properties && !selected.isNamed) return skip('no file has a profile named default')
  if (!selected.properties) throw noSuchProfile(selected, context, SOURCE)
  trace?.fact('files', filesOf(selected).join(', '))

  const plan = planProfile(selected.config, selected.name)
  const role = plan.roles.at(-1)
  trace?.at((role ?? plan.base).location)
  const { base } = plan
  if (base.kind === 'none') return skip(`profile ${selected.name} names no credentials`)
  for (const step of describePlan(plan)) trace?.step(step)
  for (const { profile, setting, winner } of plan.unused) {
    trace?.warn({
      code: 'SETTING_UNUSED',
      text: `profile ${profile} has ${setting}, which is not used: ${winner} comes first`,
      remedy: `Remove ${setting} or ${winner}.`,
    })
  }
  if (base.kind === 'static' && base.isSplit) trace?.warn(KEYS_SPLIT)

  let keys: StaticKeys
  if (base.kind === 'static') keys = base.credentials
  else {
    const { getBaseKeys } = await import('../clients/plan-base.ts')
    keys = await getBaseKeys(base, context, selected, memory)
  }
  if (role) trace?.fact('role', role.roleArn)
  for (const role of plan.roles) {
    const sts = connectToSts(context, selected, SOURCE, role.location)
    const caller = keys
    const name = async () =>
      (await import('../clients/kept-session-name.ts')).nameProfileRole(sts, caller, {
        config: selected.config,
        plan,
        role,
      })
    const assume = async () => (await import('../clients/mfa.ts')).assumeRoleWithMfa(sts, caller, role, context)
    keys = await keepSession(context, name, assume)
  }
  return keys
}

function filesOf({ config, name }: SelectedProfile): string[] {
  return [...new Set(Object.values(config.origins[name] ?? {}).map(({ path }) => path))]
}

const KEYS_SPLIT: Warning = {
  code: 'KEYS_SPLIT',
  text: 'access key, secret and session token do not all stand in the same file: they may be of different keys',
  remedy: 'Write them into one file, and remove them from the other.',
}
