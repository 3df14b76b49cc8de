/**
 * Credentials as a container's own endpoint gives them: one GET with the token.
 *
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 * @module
 */
import type { AccessToken } from './access-token.ts'
import { type Answer, answerJson, refuse } from './answer.ts'
import { describeFailure } from './failure-answer.ts'
import type { KeptSession, Session } from './kept-session.ts'

const NOT_LET_IN = refuse(401, 'Unauthorized', 'The authorization token is missing or wrong')
const NOT_THERE = refuse(404, 'NotFound', 'Nothing is served at this path')

/** @param sessions by path. */
export function createContainerProtocol(token: AccessToken, sessions: ReadonlyMap<string, KeptSession>) {
  const answers = new WeakMap<Session, Answer>()
  const answerWith = (session: Session): Answer => {
    const known = answers.get(session)
    if (known) return known
    const made = answerJson(200, describe(session))
    answers.set(session, made)
    return made
  }

  return (authorization: string | undefined, path: string): Answer | Promise<Answer> => {
    if (!token.isSame(authorization)) return NOT_LET_IN
    const session = sessions.get(path)?.get()
    if (session instanceof Promise) return session.then(answerWith, describeFailure)
    return session ? answerWith(session) : NOT_THERE
  }
}

/** Some SDKs take no answer without a token and an end: a key without one has an empty token, and is asked for again. */
export function describe({ credentials, untilMs }: Session): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken, accountId } = credentials
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken ?? '',
    Expiration: formatSeconds(untilMs),
    ...(accountId && { AccountId: accountId }),
  }
}

/** As AWS writes an instant: old clients know no fractions of a second. */
export function formatSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`
}
