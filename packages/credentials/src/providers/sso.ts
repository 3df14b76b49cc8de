/**
 * Credentials of a role in IAM Identity Center, for a person who has signed in.
 *
 * Reads   sso_session, sso_account_id, sso_role_name of the selected profile, its sso-session section, or sso_start_url
 *         and sso_region; the sign-in in ~/.aws/sso/cache
 * Refresh Its sessions are served a while past their end when it cannot be asked.
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 * @module
 */
import { loadNamedProfile } from '../clients/selected-profile.ts'
import type { SsoRoles } from '../clients/sso-role.ts'
import { readSsoRoleProfile } from '../formats/sso-profile.ts'
import { BOUNDED, type Provider, skip } from '../model/provider.ts'

const SOURCE = 'sso'

/**
 * Steps aside where the selected profile has no setting of IAM Identity Center. Throws `LOGIN_REQUIRED`,
 * `PROFILE_NOT_FOUND`, `CONFIG_INVALID`, `REGION_INVALID`, `FILE_UNREADABLE`, `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`,
 * `TIMEOUT`, `RESPONSE_INVALID`, `EXPIRED`.
 */
export function fromSso(): Provider {
  let roles: SsoRoles | undefined
  return {
    name: SOURCE,
    timeoutMs: BOUNDED,
    async provide(context) {
      const selected = await loadNamedProfile(context, SOURCE)
      const { name, config } = selected
      const sso = readSsoRoleProfile(config, name, SOURCE)
      if (!sso) return skip(`profile ${name} has no sso_session and no sso_start_url`)

      context.trace?.fact('profile', name)
      const { connectToSso, createSsoRoles } = await import('../clients/sso-role.ts')
      roles ??= createSsoRoles()
      const connection = connectToSso(context, selected, sso.session, name, SOURCE, sso.location)
      return roles.getCredentials(connection, sso.role)
    },
  }
}
