/** The first credentials of a profile's plan, from what the plan names: a process, a token, a sign-in, an endpoint. */
import { CredentialsError, type Location } from '../errors.ts'
import { readEnvironmentKeys } from '../formats/environment-keys.ts'
import type { CredentialSourceName, PlanBase } from '../formats/plan-parts.ts'
import { locate } from '../formats/profile-settings.ts'
import { showName } from '../formats/secret-text.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { ProviderContext } from '../model/provider.ts'
import { keepSession, session } from '../model/sessions.ts'
import { getContainerCredentials } from './container.ts'
import { createInstanceRole, type InstanceRole } from './instance-role.ts'
import { runCredentialProcess } from './process.ts'
import type { SelectedProfile } from './selected-profile.ts'
import type { SsoRoles } from './sso-role.ts'
import { connectToSts } from './sts-connection.ts'
import { readTokenFile } from './token-file.ts'
import { exchangeToken } from './web-identity.ts'

const SOURCE = 'profile'

/** A base that is not in the files themselves. */
export type AskedBase = Exclude<PlanBase, { readonly kind: 'static' | 'none' }>

/** What is kept from one call to the next. */
export interface PlanMemory {
  instance?: InstanceRole
  sso?: SsoRoles
}

/** @throws CredentialsError `CONFIG_INVALID` where the named source is not there, and what the conversation fails with. */
export async function getBaseKeys(
  base: AskedBase,
  context: ProviderContext,
  selected: SelectedProfile,
  memory: PlanMemory,
): Promise<StaticKeys> {
  const { host } = context
  const { profile, location } = base
  switch (base.kind) {
    case 'process': {
      const request = { command: base.command, profile, location, source: SOURCE, signal: context.signal }
      const keys = await runCredentialProcess(host, request)
      return { ...keys, accountId: keys.accountId ?? base.accountId }
    }
    case 'web-identity': {
      context.trace?.fact('token file', showName(base.tokenFile))
      context.trace?.fact('role', base.roleArn)
      const sts = connectToSts(context, selected, SOURCE, location)
      const readToken = () => readTokenFile(host, base.tokenFile, SOURCE)
      const name = async () =>
        (await import('./kept-session-name.ts')).nameProfileWebIdentity(sts, base, await readToken())
      return keepSession(context, name, () => exchangeToken(sts, base, readToken))
    }
    case 'roles-anywhere': {
      const { createRolesAnywhereSession } = await import('./roles-anywhere.ts')
      const { keyReaders } = await import('./roles-anywhere-key.ts')
      const of = { name: profile, properties: {}, origins: selected.config.origins[profile] ?? {} }
      const place = { source: SOURCE, locate: (...settings: string[]) => locate(of, ...settings) }
      return createRolesAnywhereSession(context, selected, { ...base, ...keyReaders(context, base, place), ...place })
    }
    case 'login': {
      const { getLoginKeys } = await import('./login.ts')
      return session(await getLoginKeys(context, selected, { ...base, source: SOURCE }))
    }
    case 'sso': {
      const { connectToSso, createSsoRoles } = await import('./sso-role.ts')
      memory.sso ??= createSsoRoles()
      const connection = connectToSso(context, selected, base.session, profile, SOURCE, location)
      return memory.sso.getCredentials(connection, base)
    }
    case 'credential-source':
      return askNamedSource(base.credentialSource, context, location, memory)
  }
}

async function askNamedSource(
  name: CredentialSourceName,
  context: ProviderContext,
  location: Location | undefined,
  memory: PlanMemory,
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
      memory.instance ??= createInstanceRole({}, SOURCE)
      const keys = await memory.instance.getCredentials(context)
      if (!('skipped' in keys)) return session(keys)
      throw fail(`credential_source is Ec2InstanceMetadata, and ${keys.skipped}`, remedy, location)
    }
  }
}

function fail(problem: string, remedy: string, location: Location | undefined): CredentialsError {
  return new CredentialsError(problem, { code: 'CONFIG_INVALID', source: SOURCE, remedy, location })
}
