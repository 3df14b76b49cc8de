import { CredentialsError, type CredentialsErrorCode } from '../../errors.ts'

/** The provider that asks for tokens of CIs, in errors. */
export const SOURCE = 'ci'

export function fail(code: CredentialsErrorCode, problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code, source: SOURCE, remedy })
}
