/** From options to credentials: what all commands that need some have in common. */
import {
  type CredentialSource,
  type CredentialsOptions,
  createCredentials,
  fromContainer,
  fromEnv,
  fromInstance,
  fromLogin,
  fromProcess,
  fromProfile,
  fromRolesAnywhere,
  fromSso,
  fromWebIdentity,
  isCredentialsError,
  nodeHost,
  type Provider,
} from '@rolecall/credentials'
import { Failure } from './failure.ts'
import type { PROVIDERS } from './global-options.ts'
import { chooseMfaCode } from './mfa.ts'
import { type RoleValues, readRoles } from './roles.ts'

const FACTORIES: Record<(typeof PROVIDERS)[number], () => Provider> = {
  env: fromEnv,
  profile: fromProfile,
  process: fromProcess,
  sso: fromSso,
  login: fromLogin,
  'roles-anywhere': fromRolesAnywhere,
  'web-identity': fromWebIdentity,
  container: fromContainer,
  instance: fromInstance,
}

/** @param mayAsk whether a person at the terminal may be asked for the code of a device; by default so. */
export async function openSource(values: RoleValues, { mayAsk = true } = {}): Promise<CredentialSource> {
  const role = await readRoles(values)
  const mfaCode = await chooseMfaCode(values['mfa-code'], mayAsk)
  const { provider } = values
  return createCredentials({
    ...named(values),
    ...(provider && { sources: [FACTORIES[provider]()] }),
    ...(role.length > 0 && { role }),
    ...(mfaCode && { mfaCode }),
    ...(values.debug && { onEvent: (await import('./render/debug.ts')).logEvent }),
  })
}

/**
 * The region, as far as it is known without asking anybody who was not asked for the credentials.
 *
 * @param winner the source of the credentials: only an instance knows its region by itself.
 * @throws CredentialsError `REGION_INVALID`
 */
export async function knownRegion(values: RoleValues, winner: string): Promise<string | undefined> {
  const host = nodeHost()
  const env = winner === 'instance' ? host.env : { ...host.env, AWS_EC2_METADATA_DISABLED: 'true' }
  try {
    return await createCredentials({ ...named(values), host: { ...host, env } }).region()
  } catch (error) {
    if (isCredentialsError(error) && error.code !== 'REGION_INVALID') return undefined
    throw error
  }
}

/**
 * Asks STS whose credentials these are: an account id from a file is a claim.
 *
 * @throws Failure `ACCOUNT_NOT_ALLOWED`
 */
export async function assertAllowedAccount(source: CredentialSource, allowed: readonly string[]): Promise<void> {
  if (allowed.length === 0) return
  const { account } = await source.identity()
  if (allowed.includes(account)) return
  throw new Failure(`these credentials belong to account ${account}, and ${allowed.join(', ')} is allowed`, {
    code: 'ACCOUNT_NOT_ALLOWED',
    source: '--allow-account',
    remedy: 'Choose another profile or role, or allow that account',
  })
}

function named({ profile, region }: RoleValues): Pick<CredentialsOptions, 'profile' | 'region'> {
  return { ...(profile && { profile }), ...(region && { region }) }
}
