/**
 * A session for an OpenID Connect token: EKS service accounts (IRSA), CI jobs, any workload with a token file.
 *
 * Reads   AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_SESSION_NAME
 * Refresh Its sessions are served a while past their end when it cannot be asked.
 * Source  https://docs.aws.amazon.com/sdkref/latest/guide/access-assume-role-web.html
 * @module
 */
import { callInTime } from '../clients/callback.ts'
import { loadSelectedProfile } from '../clients/selected-profile.ts'
import { connectToSts } from '../clients/sts-connection.ts'
import { readTokenFile } from '../clients/token-file.ts'
import { CredentialsError } from '../errors.ts'
import { showName } from '../formats/secret-text.ts'
import { checkToken } from '../formats/token.ts'
import { readVariable } from '../formats/variable.ts'
import { BOUNDED, type Provider, type ProviderContext, skip } from '../model/provider.ts'
import { keepSession, session } from '../model/sessions.ts'

const SOURCE = 'web-identity'

export interface WebIdentityOptions {
  /** Default: AWS_ROLE_ARN. */
  readonly roleArn?: string
  /** Read for each exchange. Default: AWS_WEB_IDENTITY_TOKEN_FILE. */
  readonly tokenFile?: string
  /** Asked for each exchange, instead of a file. Has 60 s. */
  readonly token?: () => Promise<string>
  /** Default: AWS_ROLE_SESSION_NAME, then `rolecall-` and the time. */
  readonly sessionName?: string
  /** 900 to 43200, and no more than the role allows. Default: 3600, by STS. */
  readonly durationSeconds?: number
  /** A session policy as JSON: narrows what the role may do. */
  readonly policy?: string
  /** Managed policies that narrow what the role may do: 10 at the most. */
  readonly policyArns?: readonly string[]
}

/**
 * Steps aside where neither a token nor a token file is named. Throws `CONFIG_INVALID` where only one of role and token
 * is, `FILE_MISSING`, `FILE_UNREADABLE`, `SOURCE_REFUSED`, `SOURCE_UNREACHABLE`, `TIMEOUT`, `RESPONSE_INVALID`.
 */
export function fromWebIdentity(options: WebIdentityOptions = {}): Provider {
  return {
    name: SOURCE,
    variables: ['AWS_WEB_IDENTITY_TOKEN_FILE'],
    timeoutMs: BOUNDED,
    async provide(context) {
      const { host, trace } = context
      const tokenFile = options.tokenFile ?? readVariable(host.env, 'AWS_WEB_IDENTITY_TOKEN_FILE')
      const roleArn = options.roleArn ?? readVariable(host.env, 'AWS_ROLE_ARN')
      if (!options.token && tokenFile === undefined) {
        if (options.roleArn === undefined) return skip('AWS_WEB_IDENTITY_TOKEN_FILE is not set')
        throw fail('a role is given, and no token', 'Give token or tokenFile, or set AWS_WEB_IDENTITY_TOKEN_FILE')
      }
      if (roleArn === undefined) throw fail('a token is given, and no role', 'Set AWS_ROLE_ARN to the role to assume')
      if (!options.token) trace?.fact('token file', showName(tokenFile ?? ''))
      trace?.fact('role', roleArn)

      const sts = connectToSts(context, await loadSelectedProfile(context), SOURCE)
      const sessionName = options.sessionName ?? readVariable(host.env, 'AWS_ROLE_SESSION_NAME')
      const { durationSeconds, policy, policyArns, token } = options
      const role = { roleArn, sessionName, durationSeconds, policy, policyArns }
      const readToken = tokenReader(context, token, tokenFile)
      const exchange = async () => (await import('../clients/web-identity.ts')).exchangeToken(sts, role, readToken)
      if (token) return session(await exchange())
      const name = async () =>
        (await import('../clients/kept-session-name.ts')).nameWebIdentitySession(sts, role, await readToken())
      return keepSession(context, name, exchange)
    },
  }
}

function tokenReader(
  { host, signal }: ProviderContext,
  token: WebIdentityOptions['token'],
  file = '',
): () => Promise<string> {
  if (!token) return () => readTokenFile(host, file, SOURCE)
  const callback = { host, signal, source: SOURCE, name: 'the token' }
  return async () => checkToken(await callInTime(callback, token), callback.name, SOURCE)
}

function fail(problem: string, remedy: string): CredentialsError {
  return new CredentialsError(problem, { code: 'CONFIG_INVALID', source: SOURCE, remedy })
}
