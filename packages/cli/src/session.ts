/** From options to credentials: what all commands that need some have in common. */
import {
  type CredentialEvent,
  type CredentialRequest,
  type CredentialSource,
  type CredentialsOptions,
  createCredentials,
  type fromCi,
  isCredentialsError,
  nodeHost,
} from '@rolecall/credentials'
import { detectCi } from '@rolecall/credentials/ci'
import { Failure, usageFailure } from './failure.ts'
import { STORES } from './global-options.ts'
import { chooseMfaCode } from './mfa.ts'
import { writeErr } from './output.ts'
import type { RoleValues } from './roles.ts'
import { ROLE_OPTIONS } from './session-options.ts'
import type { Sources, SourceValues } from './sources.ts'
import { TOKEN_OPTIONS } from './token-options.ts'

const PLAIN: Sources = { role: [] }

/**
 * @param mayAsk whether a person at the terminal may be asked for the code of a device; by default so.
 * @param mayTell whether that person is told of what matters while all goes well; by default so.
 * @param createCi makes the provider of a CI's tokens; by default a new one.
 */
export async function openSource(
  values: SourceValues,
  { mayAsk = true, mayTell = true, createCi }: { mayAsk?: boolean; mayTell?: boolean; createCi?: typeof fromCi } = {},
): Promise<CredentialSource> {
  const { sources, role } = isPlain(values)
    ? PLAIN
    : await (await import('./sources.ts')).chooseSources(values, createCi)
  const file = values['trust-policy']
  const policy = file === undefined ? undefined : await (await import('./refused-token.ts')).readGivenPolicy(file)
  const mfaCode = chooseMfaCode(values['mfa-code'], mayAsk)
  const logEvent = values.debug ? (await import('./render/debug.ts')).logEvent : undefined
  const source = createCredentials({
    ...named(values),
    ...(sources && { sources }),
    ...(role.length > 0 && { role }),
    ...(mfaCode && { mfaCode }),
    store: chooseStore(values),
    onEvent: logEvent ?? (mayTell && !values.json ? tellIfItMatters : () => {}),
  })
  const explain = async (error: unknown): Promise<never> => {
    const { explainRefusedToken } = await import('./refused-token.ts')
    throw await explainRefusedToken(error, values, policy)
  }
  const get = (request?: CredentialRequest) => source(request).catch(explain)
  return Object.assign(get, source, { identity: () => source.identity().catch(explain) })
}

/** Neither an option nor a CI has a say in what is asked: the chain of the library is, as it is. */
function isPlain(values: SourceValues): boolean {
  const choosing = ['provider', 'role-arn', ...Object.keys(ROLE_OPTIONS), ...Object.keys(TOKEN_OPTIONS)]
  const given = Object.entries(values).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value))
  return !given.some(([name]) => choosing.includes(name)) && detectCi(process.env) === undefined
}

/** What a person wants to know while all goes well: a job's last session, a store that is not shared. */
const TOLD = ['ONE_TOKEN', 'SESSION_TAGS_LEFT_OUT', 'STORE_NOT_USED', 'STORE_KEY_IN_FILE']

function tellIfItMatters(event: CredentialEvent): void {
  if (event.type === 'warning' && TOLD.includes(event.code)) writeErr(`rolecall: ${event.text}.\n`)
}

/** @throws Failure `USAGE` */
export function chooseStore({ store }: Pick<SourceValues, 'store'>): 'shared' | 'memory' {
  const named = store ?? process.env['ROLECALL_STORE']?.trim()
  if (!named) return 'shared'
  const known = STORES.find((one) => one === named)
  if (known) return known
  throw usageFailure(`ROLECALL_STORE is ${named}`, `Set it to ${STORES.join(' or ')}. `, '')
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
