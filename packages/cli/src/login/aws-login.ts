/** Signs in as `aws login` does: in the browser of this machine, or in any with a code to carry over. */
import { type Host, printable } from '@rolecall/credentials'
import { type FinishedLogin, openProfile, startLogin } from '@rolecall/credentials/sign-in'
import { Failure } from '../failure.ts'
import { writeErr } from '../output.ts'
import { askLine } from '../terminal.ts'
import { BROWSER_WAIT_MS, type Way, withBrowser } from './browser-answer.ts'
import type { Target } from './target.ts'

export interface SignInOptions {
  readonly host: Host
  readonly region: string | undefined
  readonly way: Way
  readonly signal: AbortSignal
}

export interface KeptLogin extends Pick<FinishedLogin, 'loginSession' | 'accountId'> {
  readonly file: string
}

type LoginTarget = Target & { readonly kind: 'login' }

/** @throws Failure `LOGIN_MISMATCH`, `TIMEOUT`; CredentialsError as `startLogin` does */
export async function signInToAws(target: LoginTarget, options: SignInOptions): Promise<KeptLogin> {
  const { loginSession, accountId, save } = await finishLogin(target.profile, options)
  if (loginSession === target.loginSession) return { loginSession, accountId, file: (await save()).path }
  throw new Failure(`you signed in as ${loginSession}, and profile ${target.profile} is for ${target.loginSession}`, {
    code: 'LOGIN_MISMATCH',
    source: 'login',
    remedy: `Sign in as the other one, or set login_session = ${loginSession} in the profile`,
  })
}

/** Makes whoever signs in the `login_session` of the profile. @throws CredentialsError as `openProfile` does, too */
export async function signInNewProfile(profile: string, options: SignInOptions): Promise<KeptLogin> {
  const { host, signal } = options
  const settings = await openProfile(host, profile, signal)
  const shown = printable(settings.path)
  writeErr(`Profile ${printable(profile)} has no credentials: this sign-in becomes its login_session, in ${shown}.\n`)
  const { loginSession, accountId, save } = await finishLogin(profile, options)
  const { path } = await save()
  await settings.add('login_session', loginSession)
  return { loginSession, accountId, file: path }
}

async function finishLogin(profile: string, options: SignInOptions): Promise<FinishedLogin> {
  const { host, region, way, signal } = options
  const request = { profile, signal, ...(region && { region }) }
  if (way.browser === 'here')
    return withBrowser(way.opener, async ({ redirectUri, open, wait }) => {
      const { url, finish } = await startLogin(host, { ...request, redirectUri })
      open(url)
      return finish(`?${await inTime(host, signal, wait)}`)
    })

  const { url, finish } = await startLogin(host, request)
  writeErr(`Open this page in a browser anywhere, and paste the code that it ends with:\n\n  ${printable(url)}\n\n`)
  return finish(await askLine('Code: ', signal))
}

async function inTime<T>(host: Host, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  const tooLate = host.sleep(BROWSER_WAIT_MS, either).then(() => {
    throw new Failure(`the browser brought no answer in ${BROWSER_WAIT_MS / 60_000} minutes`, {
      code: 'TIMEOUT',
      source: 'login',
      remedy: 'Run it again; use --remote where the browser is on another machine',
    })
  })
  tooLate.catch(() => {}) // ended with the wait
  return Promise.race([work(either), tooLate]).finally(() => over.abort())
}
