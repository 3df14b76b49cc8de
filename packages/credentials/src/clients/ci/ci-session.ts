/**
 * The session of a CI job: its token is exchanged as often as there is a new one, or once, for as long as the role allows.
 *
 * Source  https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 * @module
 */
import { readVariable } from '../../formats/variable.ts'
import type { StaticKeys } from '../../model/credentials.ts'
import { type ProviderContext, type Skipped, skip, type Trace } from '../../model/provider.ts'
import type { RoleOptions } from '../../model/role.ts'
import { session } from '../../model/sessions.ts'
import { loadSelectedProfile } from '../selected-profile.ts'
import { connectToSts } from '../sts-connection.ts'
import { exchangeCiToken } from './exchange.ts'
import { fail, SOURCE } from './failure.ts'
import { findTokenSource, isNamed, type TokenOptions, type TokenRead, type TokenSource } from './token-source.ts'

/** Identity providers have hiccups when many jobs begin at once. */
const RETRIES = 4
/** STS takes a token for so long after its end. */
const LENIENCY_MS = 300_000
/** What only AssumeRole knows: a token brings its own tags and source identity. */
const UNFIT = ['externalId', 'tags', 'transitiveTagKeys', 'sourceIdentity', 'mfaSerial'] as const

export type CiSessionOptions = TokenOptions & Partial<RoleOptions>

/** What it keeps in memory is the session of the one token that a job may have. */
export function createCiSession(
  options: CiSessionOptions,
): (context: ProviderContext) => Promise<StaticKeys | Skipped> {
  let kept: StaticKeys | undefined

  return async (context) => {
    const { host, trace } = context
    const roleArn = options.roleArn ?? readVariable(host.env, 'AWS_ROLE_ARN')
    const source = await findTokenSource(context, options, roleArn)
    if (typeof source === 'string') return skip(source)
    trace?.fact('token', source.title)
    if (roleArn === undefined) {
      if (!isNamed(options)) return skip(`${source.title} is detected, and no role is named: set AWS_ROLE_ARN`)
      throw fail('CONFIG_INVALID', 'a token is given, and no role', 'Set AWS_ROLE_ARN to the role to assume')
    }
    checkFit(options)
    trace?.fact('role', roleArn)

    const token = await source.read()
    describe(token, trace)
    if (kept && isOver(token, host.now()) && !isEnded(kept, host.now())) return kept

    const region = options.region ?? context.region
    const sts = connectToSts({ ...context, region }, await loadSelectedProfile(context), SOURCE)
    const sessionName = options.sessionName ?? readVariable(host.env, 'AWS_ROLE_SESSION_NAME') ?? source.sessionName
    const { durationSeconds, policy, policyArns } = options
    const role = { roleArn, sessionName, durationSeconds, policy, policyArns }
    const keys = await exchangeCiToken({ ...sts, retries: RETRIES }, role, source, token)
    if (source.renews) return session(keys)

    kept = keys
    tell(source, token, keys, trace)
    return keys
  }
}

function checkFit(options: CiSessionOptions): void {
  const unfit = UNFIT.find((name) => options[name] !== undefined)
  if (!unfit) return
  const problem = `${unfit} cannot be asked for with a token: it brings tags and source identity as claims`
  throw fail('CONFIG_INVALID', problem, 'Leave it out, or assume another role with it on top')
}

function describe({ claims, audiences, expiration }: TokenRead, trace: Trace | undefined): void {
  trace?.fact('issuer', String(claims?.['iss'] ?? 'none'))
  trace?.fact('subject', String(claims?.['sub'] ?? 'none'))
  trace?.fact('audience', audiences.join(', '))
  if (expiration) trace?.fact('token until', expiration.toISOString())
}

function isOver({ expiration }: TokenRead, nowMs: number): boolean {
  return expiration !== undefined && expiration.getTime() + LENIENCY_MS < nowMs
}

function isEnded({ expiration }: StaticKeys, nowMs: number): boolean {
  return expiration !== undefined && expiration.getTime() <= nowMs
}

function describeSequel(end: Date | undefined, until: Date): string {
  if (!end) return 'the token does not say whether another can follow it'
  return end > until
    ? `the token can be exchanged again until ${end.toISOString()}`
    : `no other can follow it: the token is good until ${end.toISOString()}`
}

/** Somebody should know at the start of a job when it will be without credentials. */
function tell(source: TokenSource, { expiration: end }: TokenRead, keys: StaticKeys, trace: Trace | undefined): void {
  const until = keys.expiration ?? new Date(0)
  const text = `${source.title} gives this job one token. Its session ends at ${until.toISOString()}; ${describeSequel(end, until)}`
  trace?.warn({ code: 'ONE_TOKEN', text, remedy: 'Let the job end before, or allow the role longer sessions.' })
}
