/**
 * What a profile of the shared config and credentials files leads to: keys, a process, a token, roles on top.
 *
 * Reads   AWS_PROFILE, AWS_DEFAULT_PROFILE; AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, ~/.aws/config, ~/.aws/credentials
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 * @module
 */
import { getContainerCredentials } from '../clients/container.ts'
import { createInstanceRole, type InstanceRole } from '../clients/instance-role.ts'
import { assumeRoleWithMfa } from '../clients/mfa.ts'
import { runCredentialProcess } from '../clients/process.ts'
import { loadSelectedProfile, type SelectedProfile } from '../clients/selected-profile.ts'
import type { SsoRoles } from '../clients/sso-role.ts'
import { connectToSts } from '../clients/sts-connection.ts'
import { readTokenFile } from '../clients/token-file.ts'
import { exchangeToken } from '../clients/web-identity.ts'
import { CredentialsError, type Location } from '../errors.ts'
import { readEnvironmentKeys } from '../formats/environment-keys.ts'
import { describePlan, planProfile } from '../formats/profile-plan.ts'
import type { CredentialSourceName, PlanBase } from '../formats/profile-settings.ts'
import type { StaticKeys } from '../model/credentials.ts'
import { BOUNDED, type Provider, type ProviderContext, skip, type Warning } from '../model/provider.ts'
import { keepSession, session } from '../model/sessions.ts'

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
  const memory: Memory = { instance: createInstanceRole({}, SOURCE) }
  return {
    name: SOURCE,
    variables: ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'],
    timeoutMs: BOUNDED,
    provide: (context) => provide({ ...context, profile: profile ?? context.profile }, memory),
  }
}

/** What is kept from one call to the next. */
interface Memory {
  readonly instance: InstanceRole
  sso?: SsoRoles
}

async function provide(context: ProviderContext, memory: Memory): ReturnType<Provider['provide']> {
  const { trace } = context
  const selected = await loadSelectedProfile(context)
  trace?.fact('profile', selected.name)
  if (!selected.properties && !selected.isNamed) return skip('no file has a profile named default')

  const plan = planProfile(selected.config, selected.name)
  if (plan.base.kind === 'none') return skip(`profile ${selected.name} names no credentials`)
  for (const step of describePlan(plan)) trace?.step(step)
  for (const { profile, setting, winner } of plan.unused) {
    trace?.warn({
      code: 'SETTING_UNUSED',
      text: `profile ${profile} has ${setting}, which is not used: ${winner} comes first`,
      remedy: `Remove ${setting} or ${winner}.`,
    })
  }
  if (plan.base.kind === 'static' && plan.base.isSplit) trace?.warn(KEYS_SPLIT)

  let keys = await resolveBase(plan.base, context, selected, memory)
  for (const role of plan.roles) {
    const sts = connectToSts(context, selected, SOURCE, role.location)
    const caller = keys
    const name = async () =>
      (await import('../clients/session-name.ts')).nameProfileRole(sts, caller, { config: selected.config, plan, role })
    keys = await keepSession(context, name, () => assumeRoleWithMfa(sts, caller, role, context))
  }
  return keys
}

const KEYS_SPLIT: Warning = {
  code: 'KEYS_SPLIT',
  text: 'access key, secret and session token do not all stand in the same file: they may be of different keys',
  remedy: 'Write them into one file, and remove them from the other.',
}

async function resolveBase(
  base: PlanBase,
  context: ProviderContext,
  selected: SelectedProfile,
  memory: Memory,
): Promise<StaticKeys> {
  const { host, signal } = context
  const { profile, location } = base
  switch (base.kind) {
    case 'static':
      return base.credentials
    case 'process': {
      const request = { command: base.command, profile, location, source: SOURCE, signal }
      const keys = await runCredentialProcess(host, request)
      return { ...keys, accountId: keys.accountId ?? base.accountId }
    }
    case 'web-identity': {
      const sts = connectToSts(context, selected, SOURCE, location)
      const readToken = () => readTokenFile(host, base.tokenFile, SOURCE)
      const name = async () =>
        (await import('../clients/session-name.ts')).nameProfileWebIdentity(sts, base, await readToken())
      return keepSession(context, name, () => exchangeToken(sts, base, readToken))
    }
    case 'roles-anywhere': {
      const { createRolesAnywhereSession } = await import('../clients/roles-anywhere.ts')
      const { keyReaders } = await import('../clients/roles-anywhere-key.ts')
      const request = { ...base, ...keyReaders(context, base, { source: SOURCE, location }), source: SOURCE }
      return createRolesAnywhereSession(context, selected, request)
    }
    case 'login': {
      const { getLoginKeys } = await import('../clients/login.ts')
      return session(await getLoginKeys(context, selected, { ...base, source: SOURCE }))
    }
    case 'sso': {
      const { connectToSso, createSsoRoles } = await import('../clients/sso-role.ts')
      memory.sso ??= createSsoRoles()
      const connection = connectToSso(context, selected, base.session, profile, SOURCE, location)
      return memory.sso.getCredentials(connection, base)
    }
    case 'credential-source':
      return resolveNamedSource(base.credentialSource, context, memory.instance, location)
    case 'none':
      throw fail(`profile ${profile} names no credentials`, 'Choose another profile', location)
  }
}

async function resolveNamedSource(
  name: CredentialSourceName,
  context: ProviderContext,
  instance: InstanceRole,
  location: Location | undefined,
): Promise<StaticKeys> {
  const remedy = 'Give the profile a source_profile, or run it where that source is'
  switch (name) {
    case 'Environment': {
      const keys = readEnvironmentKeys(context.host.env, SOURCE, context.host.now())
      if (keys) return keys
      throw fail('credential_source is Environment, and AWS_ACCESS_KEY_ID is not set', remedy, location)
    }
    case 'EcsContainer': {
      context.trace?.use('container')
      const keys = await getContainerCredentials(context, SOURCE)
      if (keys) return session(keys)
      throw fail('credential_source is EcsContainer, and no container endpoint is set', remedy, location)
    }
    case 'Ec2InstanceMetadata': {
      context.trace?.use('instance')
      const keys = await instance.getCredentials(context)
      if (!('skipped' in keys)) return session(keys)
      throw fail(`credential_source is Ec2InstanceMetadata, and ${keys.skipped}`, remedy, location)
    }
  }
}

function fail(problem: string, remedy: string, location: Location | undefined): CredentialsError {
  return new CredentialsError(problem, { code: 'CONFIG_INVALID', source: SOURCE, remedy, location })
}
