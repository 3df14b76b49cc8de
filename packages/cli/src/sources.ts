/** Which sources are asked, and which roles are assumed on top of what they give. */
import {
  fromCi,
  fromContainer,
  fromEnv,
  fromInstance,
  fromLogin,
  fromProcess,
  fromProfile,
  fromRolesAnywhere,
  fromSso,
  fromWebIdentity,
  type Provider,
  type RoleOptions,
  type WebIdentityOptions,
} from '@rolecall/credentials'
import { detectCi, nameCiSession, type TokenOptions } from '@rolecall/credentials/ci'
import { Failure, usageFailure } from './failure.ts'
import type { PROVIDERS } from './global-options.ts'
import type { OptionValues } from './option.ts'
import { type RoleValues, readExchangedSession, readRoles, refuseWithoutRole } from './roles.ts'
import type { TRUST_OPTIONS } from './session-options.ts'
import { readTokenOptions, type TokenValues } from './token-options.ts'

export type SourceValues = RoleValues & TokenValues & Partial<OptionValues<typeof TRUST_OPTIONS>>

export interface Sources {
  /** undefined: the library's own chain. */
  readonly sources?: readonly Provider[]
  readonly role: readonly RoleOptions[]
}

const FACTORIES: Record<Exclude<(typeof PROVIDERS)[number], 'ci' | 'web-identity'>, () => Provider> = {
  env: fromEnv,
  profile: fromProfile,
  process: fromProcess,
  sso: fromSso,
  login: fromLogin,
  'roles-anywhere': fromRolesAnywhere,
  container: fromContainer,
  instance: fromInstance,
}

/** What an exchange cannot be asked for: a token brings its tags and its source identity as claims. */
const UNFIT = ['tag', 'external-id', 'source-identity'] as const

/**
 * The first role of `--role-arn` is that of the exchange where a token is named or a CI gives one; all others, and all roles
 * on top of other sources, are assumed.
 *
 * @throws Failure `NARROWING_IMPOSSIBLE`, `USAGE`
 */
export async function chooseSources(values: SourceValues, createCi = fromCi): Promise<Sources> {
  const { provider } = values
  const role = await readRoles(values)
  const token = readTokenOptions(values)
  if (isTokenNamed(token) || provider === 'ci') return exchangeAlone(values, token, role, createCi)

  const session = role.length === 0 ? readExchangedSession(values) : undefined
  if (session) refuseUnfit(values)
  if (provider === 'web-identity') return { sources: [fromNamedWebIdentity(session)], role }
  if (provider !== undefined) {
    if (session) refuseWithoutRole(values)
    return { sources: [FACTORIES[provider]()], role }
  }
  if (session)
    return { sources: listChain(values, createCi({ ...token, ...session }), session).map(onlyExchanged(values)), role }
  if (detectCi(process.env) === undefined) return { role }
  return { sources: listChain(values, { ...createCi({ ...token, ...role[0] }), role: role[0] }), role }
}

function exchangeAlone(
  values: SourceValues,
  token: TokenOptions,
  [first, ...rest]: readonly RoleOptions[],
  createCi: typeof fromCi,
): Sources {
  const { provider } = values
  if (provider !== undefined && provider !== 'ci' && provider !== 'web-identity')
    throw usageFailure(`--provider ${provider} exchanges no token`, 'Leave out one of the two. ', '')
  if (rest.length === 0) refuseUnfit(values)

  const exchanged = first ?? readExchangedSession(values)
  const { tokenFile, ...others } = token
  const isFile = tokenFile !== undefined && provider !== 'ci' && !isTokenNamed(others)
  const source = isFile ? fromNamedWebIdentity({ tokenFile, ...exchanged }) : createCi({ ...token, ...exchanged })
  return { sources: [source], role: rest }
}

/** The chain of the library, with the CI right after web identity. */
function listChain({ profile }: SourceValues, ci: Provider, session?: Omit<RoleOptions, 'roleArn'>): Provider[] {
  return [
    ...(profile === undefined ? [fromEnv()] : []),
    fromProfile(),
    fromNamedWebIdentity(session),
    ci,
    fromContainer(),
    fromInstance(),
  ]
}

/** In a CI a session is named after the run, whatever holds the token. */
function fromNamedWebIdentity(options: WebIdentityOptions = {}): Provider {
  return {
    ...fromWebIdentity(options),
    provide: async (context) => {
      const { env } = context.host
      const isNamed = options.sessionName !== undefined || env['AWS_ROLE_SESSION_NAME']?.trim()
      const sessionName = isNamed ? undefined : await nameCiSession(env)
      return fromWebIdentity({ ...options, ...(sessionName !== undefined && { sessionName }) }).provide(context)
    },
  }
}

/** What narrows the session of AWS_ROLE_ARN narrows no other credentials: those are not handed out instead. */
function onlyExchanged(values: SourceValues): (provider: Provider) => Provider {
  return (provider) => {
    if (provider.name === 'web-identity' || provider.name === 'ci') return provider
    return {
      ...provider,
      provide: async (context) => {
        const given = await provider.provide(context)
        if (!('skipped' in given)) refuseWithoutRole(values)
        return given
      },
    }
  }
}

function isTokenNamed({ provider, tokenEnv, tokenFile, tokenCommand }: TokenOptions): boolean {
  return [provider, tokenEnv, tokenFile, tokenCommand].some((value) => value !== undefined)
}

function refuseUnfit(values: SourceValues): void {
  const unfit = UNFIT.find((name) => values[name]?.length)
  if (!unfit) return
  throw new Failure(`--${unfit} cannot be asked for with a token, which brings tags and source identity as claims`, {
    code: 'NARROWING_IMPOSSIBLE',
    source: `--${unfit}`,
    remedy: 'Leave it out, or name a second role with --role-arn',
  })
}
