/** Ends the sign-in that a profile uses, or all. */
import { chooseProfile, loadSharedConfig, nodeHost } from '@rolecall/credentials'
import { signOutOfLogin, signOutOfSso } from '@rolecall/credentials/sign-in'
import type { GlobalValues } from '../global-options.ts'
import { findTarget, refuseNew } from './target.ts'
import { untilInterrupted } from './waiting.ts'

export interface SignOutValues extends Pick<GlobalValues, 'profile'> {
  readonly 'sso-session': string | undefined
  readonly all: boolean
}

export interface RemovedSignIn {
  readonly kind: 'sso' | 'login'
  readonly file: string
  /** Start URL, or the ARN of who signed in; null where nobody knows. */
  readonly of: string | null
  /** Null for a service that has nothing to end. */
  readonly endedAtService: boolean | null
}

/** @throws Failure `LOGIN_NOT_NEEDED`, `INTERRUPTED`; CredentialsError */
export async function signOut(values: SignOutValues): Promise<RemovedSignIn[]> {
  const { profile, 'sso-session': ssoSession, all } = values
  const host = nodeHost()
  return untilInterrupted(async (signal) => {
    const endSso = async (): Promise<RemovedSignIn[]> => {
      const ended = await signOutOfSso({ host, profile, ssoSession, all, signal })
      return ended.map(({ file, startUrl, endedAtService }) => ({
        kind: 'sso',
        file,
        of: startUrl ?? null,
        endedAtService,
      }))
    }
    const endLogin = async (loginSession: string | undefined): Promise<RemovedSignIn[]> => {
      const removed = await signOutOfLogin(host, loginSession, signal)
      return removed.map(({ file }) => ({ kind: 'login', file, of: loginSession ?? null, endedAtService: null }))
    }

    if (all) return [...(await endSso()), ...(await endLogin(undefined))]
    if (ssoSession) return endSso()
    const config = await loadSharedConfig(host)
    const target = refuseNew(findTarget(config, chooseProfile(host.env, profile).name))
    return target.kind === 'sso' ? endSso() : endLogin(target.loginSession)
  })
}
