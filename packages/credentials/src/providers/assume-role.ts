/**
 * A role on top of another source.
 *
 * Reads   what its source reads
 * Refresh Its sessions are served a while past their end when it cannot be asked.
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @module
 */
import { provideInTime } from '../clients/callback.ts'
import { loadSelectedProfile } from '../clients/selected-profile.ts'
import { connectToSts } from '../clients/sts-connection.ts'
import { CredentialsError } from '../errors.ts'
import { BOUNDED, type Provider, skip } from '../model/provider.ts'
import type { RoleOptions } from '../model/role.ts'
import { keepSession } from '../model/sessions.ts'

export interface AssumeRoleOptions extends RoleOptions {
  /** Whose credentials ask for the role. Where it steps aside, or there is none, so does the role. */
  readonly source: Provider
}

/**
 * Throws what its source throws, then `CONFIG_INVALID` for a role without an ARN, `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`,
 * `TIMEOUT`, `MFA_REQUIRED` and the like.
 */
export function fromAssumeRole(options: AssumeRoleOptions | Record<string, never> = {}): Provider {
  const { source, roleArn = '', ...narrowing }: Partial<AssumeRoleOptions> = options
  const role: RoleOptions = { roleArn, ...narrowing }
  return {
    name: 'assume-role',
    ...(source?.variables ? { variables: source.variables } : {}),
    timeoutMs: BOUNDED,
    async provide(context) {
      if (!source) return skip('no source is given whose credentials ask for the role')
      const keys = await provideInTime(source, context)
      if ('skipped' in keys) return keys

      context.trace?.step(`credentials from ${source.name}`)
      context.trace?.step(`assume ${roleArn}`)
      context.trace?.fact('role', roleArn)
      if (!roleArn.trim()) throw fail('the ARN of a role is blank', 'Name the role')
      const region = role.region ?? context.region
      const sts = connectToSts({ ...context, region }, await loadSelectedProfile(context), 'assume-role')
      const name = async () => (await import('../clients/kept-session-name.ts')).nameRoleSession(sts, keys, role)
      const assume = async () => (await import('../clients/sts.ts')).assumeRole(sts, keys, role)
      return keepSession(context, name, assume)
    },
  }
}

function fail(problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code: 'CONFIG_INVALID', source: 'assume-role', remedy })
}
