/** The bearer token of a person who has signed in, for the services of AWS that take one. */
import { loadNamedProfile } from './clients/selected-profile.ts'
import type { SsoTokens } from './clients/sso-token.ts'
import { CredentialsError } from './errors.ts'
import { readSsoProfile } from './formats/sso-profile.ts'
import type { Host } from './model/host.ts'
import { nodeHost } from './node.ts'

const SOURCE = 'token'

export interface TokenOptions {
  /** Must have an `sso_session`. Default: AWS_PROFILE, AWS_DEFAULT_PROFILE, then `default`. */
  readonly profile?: string
  /** The world. Default: `nodeHost()`. */
  readonly host?: Host
}

export interface BearerToken {
  readonly token: string
  readonly expiration: Date | undefined
}

/**
 * A source of the bearer token of a person who has signed in with IAM Identity Center. It is a `token` provider of the
 * AWS SDK for JavaScript v3. Each call reads the file of the sign-in anew; calls that come at once share one.
 *
 * @returns a function that throws CredentialsError `CONFIG_INVALID` where the profile names no `sso_session`,
 *   `PROFILE_NOT_FOUND`, `LOGIN_REQUIRED`, `FILE_UNREADABLE`; where the token is over and cannot be renewed for now
 *   `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 */
export function createToken({ profile, host = nodeHost() }: TokenOptions = {}): () => Promise<BearerToken> {
  let tokens: SsoTokens | undefined
  let inFlight: Promise<BearerToken> | undefined

  const get = async (): Promise<BearerToken> => {
    const context = { host, profile, signal: new AbortController().signal }
    const selected = await loadNamedProfile(context, SOURCE)
    const { name, config } = selected
    const sso = readSsoProfile(config, name, SOURCE)
    if (sso?.session.name === undefined) {
      const remedy = 'Add sso_session to the profile, and an sso-session section'
      const problem = `profile ${name} names no sso_session`
      throw new CredentialsError(problem, { code: 'CONFIG_INVALID', source: SOURCE, remedy })
    }
    const { connectToSso, createSsoTokens, withinOverallTime } = await import('./clients/sso-role.ts')
    tokens ??= createSsoTokens()
    const own = tokens
    const connection = connectToSso(context, selected, sso.session, name, SOURCE, sso.location)
    const { accessToken, expiresAt } = await withinOverallTime({ ...connection, source: SOURCE }, (signal) =>
      own.get({ ...connection, signal }),
    )
    return { token: accessToken, expiration: expiresAt }
  }

  return () => {
    inFlight ??= get().finally(() => {
      inFlight = undefined
    })
    return inFlight
  }
}
