/**
 * The keys of a person who signed in with `aws login` or `rolecall login`.
 *
 * Reads   `login_session` of the selected profile; AWS_LOGIN_CACHE_DIRECTORY, `~/.aws/login/cache`
 * Refresh Its sessions are served a while past their end when it cannot be asked.
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html
 * @module
 */
import { loadSelectedProfile } from '../clients/selected-profile.ts'
import { readSetting } from '../formats/variable.ts'
import { BOUNDED, type Provider, skip } from '../model/provider.ts'
import { session } from '../model/sessions.ts'

const SOURCE = 'login'

export interface LoginOptions {
  /** The ARN of who signed in. Default: the `login_session` of the selected profile. */
  readonly loginSession?: string
}

/**
 * Steps aside where the profile has no `login_session`. Throws `LOGIN_REQUIRED`, `FILE_UNREADABLE`, `CONFIG_INVALID`,
 * `REGION_INVALID`, `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`.
 */
export function fromLogin({ loginSession }: LoginOptions = {}): Provider {
  return {
    name: SOURCE,
    timeoutMs: BOUNDED,
    async provide(context) {
      const selected = await loadSelectedProfile(context)
      const { name, properties, config } = selected
      const named = loginSession?.trim() || readSetting(properties, 'login_session')
      if (named === undefined) return skip(`profile ${name} has no login_session`)
      const origin = loginSession === undefined ? config.origins[name]?.['login_session'] : undefined
      const { getLoginKeys } = await import('../clients/login.ts')
      const location = origin && { file: origin.path, line: origin.line }
      return session(
        await getLoginKeys(context, selected, { loginSession: named, profile: name, source: SOURCE, location }),
      )
    },
  }
}
