import { isCredentialsError, printable } from '../../packages/credentials/src/errors.ts'
import { findSecret, listSecrets } from './secrets.ts'

/** What a parser did wrong. */
export class Finding extends Error {
  override readonly name = 'Finding'
  readonly kind: string

  constructor(kind: string, text: string) {
    super(text)
    this.kind = kind
  }
}

/** Names in the input that an error may quote; worked out only where one quotes something. */
export type Quotable = () => string

const nothing: Quotable = () => ''

/**
 * @returns undefined where it refuses the input as it should: by a `CredentialsError` that quotes no secret.
 * @throws Finding
 */
export function attempt<T>(parse: () => T, quotable = nothing): T | undefined {
  try {
    return parse()
  } catch (error) {
    judgeError(error, quotable)
    return undefined
  }
}

/** As {@link attempt}, for what answers later. */
export async function attemptLater<T>(parse: () => Promise<T>, quotable = nothing): Promise<T | undefined> {
  try {
    return await parse()
  } catch (error) {
    judgeError(error, quotable)
    return undefined
  }
}

export function judgeError(error: unknown, quotable = nothing): void {
  if (error instanceof Finding) throw error
  if (!isCredentialsError(error)) throw new Finding('exception', error instanceof Error ? `${error.stack}` : 'no error')
  const { message, problem, remedy, location, code, cause } = error
  if (cause !== undefined && !isCredentialsError(cause)) throw new Finding('cause', 'the error passes another on')
  if (!code || !problem || !remedy) throw new Finding('bare error', message)
  noSecret(`${message}\n${problem}\n${remedy}\n${location?.file}\n${JSON.stringify(error)}`, quotable)
}

/** @throws Finding where a text for people quotes a secret. */
export function noSecret(text: string, quotable = nothing): void {
  if (findSecret(text) === undefined) return
  const names = quotable()
  const allowed = names + printable(names) // an escape may complete a piece that the name itself does not have
  const quoted = listSecrets(text).find((piece) => !allowed.includes(piece))
  if (quoted !== undefined) throw new Finding('secret', `it quotes ${quoted}: ${text}`)
}

export function expectThat(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Finding('rule', rule)
}

/** A record by names of the input: of any other prototype, a name could be one of `Object`'s own. */
export function expectRecord(record: object, what: string): void {
  expectThat(Object.getPrototypeOf(record) === null, `${what} is no null-prototype record`)
}
