/**
 * Signing in to IAM Identity Center, and out, for a program that has a person in front of it. What talks to that person
 * is the program's: these functions show nothing, open no browser and listen on no port.
 *
 * @module
 */
import { loadSelectedProfile, type SelectedProfile } from './clients/selected-profile.ts'
import { connectToSso, type SsoConnection } from './clients/sso-connection.ts'
import {
  type BrowserPrompt,
  type DeviceCodePrompt,
  type SignedIn,
  signInWithBrowser,
  signInWithDeviceCode,
} from './clients/sso-sign-in.ts'
import { type SignedOut, signOut, signOutEverywhere } from './clients/sso-sign-out.ts'
import { CredentialsError, type Location } from './errors.ts'
import { planProfile } from './formats/profile-plan.ts'
import { readSsoProfile } from './formats/sso-profile.ts'
import { readSsoSession, type SsoSession } from './formats/sso-settings.ts'
import type { Host } from './model/host.ts'
import type { ProviderContext, Trace } from './model/provider.ts'
import { nodeHost } from './node.ts'

const SOURCE = 'sso'

export interface SsoSignInOptions {
  /** Default: AWS_PROFILE, AWS_DEFAULT_PROFILE, then `default`. A role's profile leads to that of its source. */
  readonly profile?: string | undefined
  /** The sso-session section to sign in to, whatever profile is selected. */
  readonly ssoSession?: string | undefined
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined
  /** Told of a registration that could not be kept. */
  readonly trace?: Trace | undefined
  /** The world. Default: `nodeHost()`. */
  readonly host?: Host | undefined
}

/**
 * Where {@link signInToSsoWithBrowser} and the others sign in with the same options.
 *
 * @throws CredentialsError `CONFIG_INVALID` for a profile without IAM Identity Center; `PROFILE_NOT_FOUND`.
 */
export async function findSsoSession(options: SsoSignInOptions = {}): Promise<SsoSession> {
  return (await connect(options)).session
}

/**
 * In a browser on this machine (authorization code with PKCE). The caller listens on 127.0.0.1 first.
 *
 * @throws CredentialsError `TIMEOUT` after 10 minutes, `SOURCE_REFUSED` when the person says no, `RESPONSE_INVALID` for
 *   an answer to another sign-in, and what {@link findSsoSession} throws.
 */
export async function signInToSsoWithBrowser(options: SsoSignInOptions & BrowserPrompt): Promise<SignedIn> {
  return signInWithBrowser(await connect(options), options)
}

/**
 * In any browser, with a code that is shown here.
 *
 * @throws CredentialsError `TIMEOUT` when the code has expired, `SOURCE_REFUSED` when the person says no, and what
 *   {@link findSsoSession} throws.
 */
export async function signInToSsoWithDeviceCode(options: SsoSignInOptions & DeviceCodePrompt): Promise<SignedIn> {
  return signInWithDeviceCode(await connect(options), options)
}

/**
 * Ends the sign-in of a profile or session; with `all` every sign-in of this user, as `aws sso logout` does.
 *
 * @returns what was ended: nothing where nobody has signed in.
 */
export async function signOutOfSso(options: SsoSignInOptions & { readonly all?: boolean } = {}): Promise<SignedOut[]> {
  if (!options.all) return [await signOut(await connect(options))].filter((one) => one !== undefined)
  const { context, selected } = await load(options)
  return signOutEverywhere({ ...context, source: SOURCE }, (session) =>
    connectToSso(context, selected, session, selected.name, SOURCE),
  )
}

async function connect(options: SsoSignInOptions): Promise<SsoConnection> {
  const { context, selected } = await load(options)
  const { session, profile, location } = choose(selected, options)
  return connectToSso(context, selected, session, profile, SOURCE, location)
}

async function load({
  profile,
  signal = new AbortController().signal,
  trace,
  host = nodeHost(),
}: SsoSignInOptions): Promise<{ readonly context: ProviderContext; readonly selected: SelectedProfile }> {
  const context = { host, profile, trace, signal }
  return { context, selected: await loadSelectedProfile(context) }
}

function choose(
  { name, config }: SelectedProfile,
  { ssoSession }: SsoSignInOptions,
): { readonly session: SsoSession; readonly profile: string; readonly location?: Location | undefined } {
  if (ssoSession !== undefined) {
    const session = readSsoSession({ sso_session: ssoSession }, config)
    if (!('problem' in session)) return { session, profile: name }
    throw fail(`there is no sso-session ${ssoSession}, or half of one`, session.remedy)
  }
  const own = readSsoProfile(config, name, SOURCE)
  if (own) return { ...own, profile: name }
  const { base } = planProfile(config, name)
  if (base.kind === 'sso') return base
  throw fail(
    `profile ${name} has no sso_session and no sso_start_url`,
    'Name a profile or an sso-session that has them',
  )
}

function fail(problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code: 'CONFIG_INVALID', source: SOURCE, remedy })
}
