import { provideInTime } from './clients/callback.ts'
import { type Attempt, CredentialsError, NoCredentialsError } from './errors.ts'
import { checkLife, checkPair } from './formats/keys.ts'
import { type Credentials, normalise } from './model/credentials.ts'
import type { Provider, ProviderContext } from './model/provider.ts'
import { keptOf, markKept, type SessionKeys } from './model/sessions.ts'

/** What a chain gave. */
export interface Found {
  readonly credentials: Credentials
  /** They may be served past their end while their source cannot be asked. */
  readonly staleAllowed: boolean
}

/** What became of one provider. */
export type Outcome =
  | ({ readonly kind: 'found' } & Found)
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: unknown }

/** Asks one provider, and makes of its answer what every consumer reads. */
export async function ask(provider: Provider, context: ProviderContext): Promise<Outcome> {
  try {
    const answer = await provideInTime(provider, context)
    if (typeof answer !== 'object' || answer === null) throw nothing(provider)
    if ('skipped' in answer) return { kind: 'skipped', reason: answer.skipped }
    checkPair(answer, provider.name)
    const kept = keptOf(answer)
    if (!kept) checkLife(answer, provider.name, context.host.now()) // a store has its reasons to give what is over
    const { staleAllowed = false } = answer as Partial<SessionKeys>
    const credentials = markKept(normalise(answer, provider.name), kept)
    return { kind: 'found', credentials, staleAllowed }
  } catch (error) {
    return { kind: 'failed', error }
  }
}

/**
 * Asks each provider in turn. The first that is configured decides: its failure is the chain's failure.
 *
 * @throws NoCredentialsError when every one stepped aside; otherwise what the deciding provider threw.
 */
export async function firstOf(providers: readonly Provider[], context: ProviderContext): Promise<Found> {
  const attempts: Attempt[] = []
  for (const provider of providers) {
    const outcome = await ask(provider, context)
    if (outcome.kind === 'found') return outcome
    if (outcome.kind === 'failed') throw outcome.error
    attempts.push({ source: provider.name, outcome: 'skipped', reason: outcome.reason })
  }
  throw noCredentials(attempts)
}

export function noCredentials(attempts: readonly Attempt[]): NoCredentialsError {
  return new NoCredentialsError(attempts, 'Configure one of them; rolecall explain shows more')
}

function nothing({ name }: Provider): CredentialsError {
  const problem = 'it gave neither credentials nor a reason to pass it over'
  return new CredentialsError(problem, { code: 'RESPONSE_INVALID', source: name, remedy: 'Let it return skip(reason)' })
}
