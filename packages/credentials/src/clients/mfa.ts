/**
 * Roles of profiles that ask for a multi-factor device. A user's own keys become one session with the code in it, which
 * serves every role that asks for that device while it lasts: 12 hours.
 *
 * Source  https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 * @module
 */
import { CredentialsError, type CredentialsErrorCode } from '../errors.ts'
import type { PlanRole } from '../formats/plan-parts.ts'
import type { StaticKeys } from '../model/credentials.ts'
import type { ProviderContext } from '../model/provider.ts'
import { keepSession } from '../model/sessions.ts'
import { askPersonInTime } from './callback.ts'
import { readCommandText } from './command-text.ts'
import { assumeRole, checkMfaCode, getSessionToken } from './sts.ts'
import type { StsConnection } from './sts-connection.ts'

/** A session that ends sooner is not begun with. */
const MARGIN_MS = 60_000

/** The sessions of one world, by device and key, so that two profiles ask a person once. */
const sessions = new WeakMap<object, Map<string, Promise<StaticKeys>>>()

/** @throws CredentialsError `MFA_REQUIRED` where nobody can be asked, and as {@link assumeRole} does. */
export async function assumeRoleWithMfa(
  sts: StsConnection,
  keys: StaticKeys,
  role: PlanRole,
  context: ProviderContext,
): Promise<StaticKeys> {
  const { mfaSerial: serial, ...plainRole } = role
  if (serial === undefined) return assumeRole(sts, keys, role)
  const readCode = () => readMfaCode(sts, { ...role, serial }, context)
  if (keys.sessionToken !== undefined) return assumeRole(sts, keys, { ...role, mfaCode: readCode })

  const ask = async () => getSessionToken(sts, keys, { serial, code: await readCode() })
  const name = async () => (await import('./kept-session-name.ts')).nameUserSession(sts, keys, serial)
  const session = context.sessions ? await keepSession(context, name, ask) : await inMemory(sts, keys, serial, ask)
  return assumeRole(sts, session, plainRole)
}

async function inMemory(
  sts: StsConnection,
  keys: StaticKeys,
  serial: string,
  ask: () => Promise<StaticKeys>,
): Promise<StaticKeys> {
  const { host } = sts
  const ofHost = sessions.get(host.env) ?? new Map<string, Promise<StaticKeys>>()
  sessions.set(host.env, ofHost)
  const name = JSON.stringify([serial, keys.accessKeyId, sts.url.origin])

  const kept = await ofHost.get(name)?.catch(() => undefined)
  if (kept?.expiration && kept.expiration.getTime() - host.now() > MARGIN_MS) return kept
  const made = ask()
  ofHost.set(name, made)
  return made.catch((error: unknown) => {
    ofHost.delete(name)
    throw error
  })
}

async function readMfaCode(
  sts: StsConnection,
  { serial, profile, mfaProcess }: PlanRole & { readonly serial: string },
  context: ProviderContext,
): Promise<string> {
  const fail = (code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError =>
    new CredentialsError(problem, { code, source: sts.source, remedy, location: sts.location })

  const { host, signal, mfaCode } = context
  const callback = { host, signal, source: sts.source, name: `the code of ${serial}` }
  const read =
    mfaProcess === undefined
      ? mfaCode && (() => askPersonInTime(callback, () => mfaCode({ serial, profile })))
      : () => readCommandText(host, { line: mfaProcess, name: 'mfa_process', signal, fail })
  const given = await read?.()
  if (given === undefined) {
    const remedy = 'Give the code (--mfa-code, the mfaCode option), or set mfa_process in the profile'
    throw fail(
      'MFA_REQUIRED',
      `profile ${profile} asks for a code of ${serial}, and nobody is there to give it`,
      remedy,
    )
  }
  return checkMfaCode(sts, serial, given)
}
