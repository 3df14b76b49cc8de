/** Signs a person in for what a profile needs, in the way that the machine has for it. */
import { chooseProfile, loadSharedConfig, nodeHost } from '@rolecall/credentials'
import type { GlobalValues } from '../global-options.ts'
import { signInNewProfile, signInToAws } from './aws-login.ts'
import { findOpener } from './browser.ts'
import type { Way } from './browser-answer.ts'
import { signInToSso } from './sso.ts'
import { findOrCreateTarget, listProfilesOf, refuseUnused, type Target } from './target.ts'
import { untilInterrupted } from './waiting.ts'

export interface SignInValues extends Pick<GlobalValues, 'profile' | 'region' | 'no-color'> {
  readonly 'sso-session': string | undefined
  readonly 'device-code': boolean
  readonly remote: boolean
  readonly 'no-browser': boolean
  readonly create: boolean
}

export type SignInReport = { readonly file: string; readonly profiles: readonly string[] } & (
  | {
      readonly kind: 'sso'
      readonly startUrl: string
      /** Name of the sso-session. */
      readonly session: string | null
      /** Of the token, as ISO 8601; where it is renewed the sign-in lasts longer. */
      readonly expiration: string
      readonly renewable: boolean
    }
  | { readonly kind: 'login'; readonly loginSession: string; readonly account: string }
)

/** @throws Failure `LOGIN_NOT_NEEDED`, `LOGIN_UNUSED`, `LOGIN_MISMATCH`, `INTERRUPTED`; CredentialsError */
export async function signIn(values: SignInValues): Promise<SignInReport> {
  const { profile, region, create, 'sso-session': ssoSession } = values
  const host = nodeHost()
  const config = await loadSharedConfig(host)
  const target: Target = ssoSession
    ? { kind: 'sso' }
    : findOrCreateTarget(config, chooseProfile(host.env, profile), create)
  refuseUnused(config, target)
  const way = chooseWay(values)

  return untilInterrupted(async (signal) => {
    if (target.kind !== 'sso') {
      const options = { host, region, way, signal }
      const { loginSession, accountId, file } =
        target.kind === 'login' ? await signInToAws(target, options) : await signInNewProfile(target.profile, options)
      const now = target.kind === 'login' ? config : await loadSharedConfig(host)
      const profiles = listProfilesOf(now, (base) => base.kind === 'login' && base.loginSession === loginSession)
      return { kind: 'login', loginSession, account: accountId, file, profiles }
    }
    const { startUrl, session, expiration, renewable, file } = await signInToSso(
      { host, profile, ssoSession, signal },
      way,
      values['no-color'],
    )
    const profiles = listProfilesOf(
      config,
      (base) => base.kind === 'sso' && base.session.name === session && base.session.startUrl === startUrl,
    )
    return {
      kind: 'sso',
      startUrl,
      session: session ?? null,
      expiration: expiration.toISOString().replace(/\.\d+Z$/, 'Z'),
      renewable,
      file,
      profiles,
    }
  })
}

/** A browser that nobody would see is not opened: the person has one elsewhere. */
function chooseWay(values: SignInValues): Way {
  if (values['device-code'] || values.remote) return { browser: 'elsewhere' }
  if (values['no-browser']) return { browser: 'here', opener: undefined }
  const opener = findOpener(process.env, process.platform)
  return opener ? { browser: 'here', opener } : { browser: 'elsewhere' }
}
