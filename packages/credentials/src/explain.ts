/** The chain told step by step. Asks for real, and keeps nothing of what it gets. */
import { ask, type Outcome } from './chain.ts'
import { chooseProfile, loadSelectedProfile, regionOf } from './clients/selected-profile.ts'
import { isCredentialsError, type Location } from './errors.ts'
import { type Credentials, maskKeyId } from './model/credentials.ts'
import type { ExplainedAttempt, Explanation } from './model/explanation.ts'
import type { Provider, ProviderContext, Warning } from './model/provider.ts'
import { findShadowed } from './shadowing.ts'

/** A role on top of what the chain gives. */
export interface RoleOnTop {
  readonly roleArn: string
  /** What turns the credentials before it into its own. */
  readonly over: (keys: Credentials) => Provider
}

export interface Explained {
  readonly providers: readonly Provider[]
  /** In order, each over the one before: over what the chain gave, or over nothing. */
  readonly rolesOver: (keys: Credentials | undefined) => readonly RoleOnTop[]
  readonly context: ProviderContext
  /** Throws where the options end every call before a source is asked. */
  readonly check: () => void
  readonly findInstanceRegion: (context: ProviderContext) => Promise<string | undefined>
}

export async function explainChain(explained: Explained): Promise<Explanation> {
  const { providers, rolesOver, context, check } = explained
  const warnings: Warning[] = []
  const used = new Set<string>()
  const attempts = refuseOptions(check)
  let found: Credentials | undefined
  let failed = attempts.length > 0

  for (const provider of providers) {
    if (found || failed) {
      attempts.push(notReached(provider.name, found ? `${found.source} comes first` : 'a source before it failed'))
      continue
    }
    const { attempt, credentials } = await explainProvider(provider, context, warnings, used)
    attempts.push(attempt)
    found = credentials
    failed = attempt.outcome === 'failed'
  }
  if (found) warnings.push(...findShadowed(providers, found.source, used, context.host.env))

  for (const { roleArn, over } of rolesOver(found)) {
    if (!found) {
      attempts.push(notReached('assume-role', 'there are no credentials to assume it with', { role: roleArn }))
      continue
    }
    const { attempt, credentials } = await explainProvider(over(found), context, warnings, used)
    attempts.push(attempt)
    found = credentials
  }
  if (found && isLongLived(found)) warnings.push(LONG_LIVED)

  const { name, chosenBy } = chooseProfile(context.host.env, context.profile)
  const outcome = found ? 'found' : 'failed'
  const region = await explainRegion(explained, warnings, attempts)
  return { outcome, source: found?.source, profile: { name, chosenBy }, region, attempts, warnings }
}

function refuseOptions(check: () => void): ExplainedAttempt[] {
  try {
    check()
    return []
  } catch (error) {
    const source = isCredentialsError(error) ? error.source : 'credentials'
    return [{ source, ...describeOutcome({ kind: 'failed', error }), facts: {}, durationMs: 0 }]
  }
}

async function explainProvider(
  provider: Provider,
  context: ProviderContext,
  warnings: Warning[],
  used: Set<string>,
): Promise<{ attempt: ExplainedAttempt; credentials: Credentials | undefined }> {
  const facts: Record<string, string> = {}
  const steps: string[] = []
  let place: Location | undefined
  const trace = {
    fact: (name: string, value: string) => {
      facts[name] = value
    },
    step: (text: string) => {
      steps.push(text)
    },
    at: (location: Location | undefined) => {
      place = location
    },
    use: (source: string) => {
      used.add(source)
    },
    warn: (warning: Warning) => {
      warnings.push(warning)
    },
  }
  const { host } = context
  const startedMs = host.now()
  const outcome = await ask(provider, { ...context, trace })
  context.signal.throwIfAborted()
  const credentials = outcome.kind === 'found' ? outcome.credentials : undefined
  if (credentials?.expiration) facts['expires'] = credentials.expiration.toISOString()
  const attempt = {
    source: provider.name,
    ...(credentials && place ? { location: place } : {}),
    ...describeOutcome(outcome),
    facts,
    ...(steps.length > 0 ? { steps } : {}),
    durationMs: Math.max(0, host.now() - startedMs),
  }
  return { attempt, credentials }
}

type Described = Pick<ExplainedAttempt, 'outcome' | 'reason' | 'code' | 'remedy' | 'location'>

function describeOutcome(outcome: Outcome): Described {
  if (outcome.kind === 'skipped') return { outcome: 'skipped', reason: outcome.reason }
  if (outcome.kind === 'found') {
    const { accessKeyId, expiration } = outcome.credentials
    const life = expiration ? `until ${expiration.toISOString()}` : 'without an end'
    return { outcome: 'found', reason: `key ${maskKeyId(accessKeyId)}, ${life}` }
  }
  const { error } = outcome
  if (!isCredentialsError(error)) return { outcome: 'failed', reason: 'it failed in a way that it does not explain' }
  const { problem, code, remedy, location } = error
  return { outcome: 'failed', reason: problem, code, remedy, ...(location ? { location } : {}) }
}

function notReached(source: string, reason: string, facts: ExplainedAttempt['facts'] = {}): ExplainedAttempt {
  return { source, outcome: 'not-reached', reason, facts, durationMs: 0 }
}

/** An instance is asked only where one has just given the keys. */
async function explainRegion(
  { context, findInstanceRegion }: Explained,
  warnings: Warning[],
  attempts: readonly ExplainedAttempt[],
): Promise<Explanation['region']> {
  try {
    const region = regionOf(await loadSelectedProfile(context), context)
    if (region) return region
    const onInstance = attempts.some(({ source, outcome }) => source === 'instance' && outcome === 'found')
    const name = onInstance ? await findInstanceRegion(context) : undefined
    return { name, chosenBy: name === undefined ? 'nothing' : 'the instance' }
  } catch (error) {
    if (!isCredentialsError(error)) throw error
    warnings.push({ code: error.code, text: error.problem, remedy: error.remedy })
    return { name: undefined, chosenBy: 'nothing that can be used' }
  }
}

const LONG_LIVED: Warning = {
  code: 'LONG_LIVED_KEYS',
  text: 'these keys never expire: whoever copies them keeps access',
  remedy: 'Use a role, IAM Identity Center or web identity instead.',
}

function isLongLived({ accessKeyId, sessionToken }: Credentials): boolean {
  return sessionToken === undefined && accessKeyId.startsWith('AKIA')
}
