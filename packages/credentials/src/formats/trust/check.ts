/** Would a token be let into a role: the answer, what fails in each statement, and the smallest edit that would let it in. */
import { countsAsMet, evaluateTrust, type StatementTrace, type TrustDecision } from './evaluate.ts'
import { proposeFix, type TrustFix } from './fix.ts'
import { explainMismatch } from './mismatch.ts'
import type { TrustPolicy, TrustStatement } from './policy.ts'
import { parseProviderArn } from './principal.ts'
import type { WebIdentityToken } from './token.ts'
import { listTokenWarnings, type TrustWarning } from './token-warnings.ts'
import {
  ASSUME_ROLE_WITH_WEB_IDENTITY,
  describeExchange,
  type WebIdentityExchange,
  type WebIdentityOptions,
} from './web-identity.ts'

/** Statements count from 0. */
interface InStatement {
  readonly statement: number
  readonly sid?: string
  /** The line of the policy's file. */
  readonly line: number
  /** The mistake, where it shows. */
  readonly why?: string
}

export interface FailedCondition extends InStatement {
  readonly operator: string
  readonly key: string
  readonly expected: readonly string[]
  /** null: there is no such key in the request. */
  readonly actual: readonly string[] | null
}

export interface FailedElement extends InStatement {
  readonly element: 'Principal' | 'Action'
  readonly expected: readonly string[]
  readonly actual: readonly string[]
}

export interface CheckedCondition extends Omit<FailedCondition, 'why' | 'statement' | 'sid'> {
  readonly met: boolean
}

export interface CheckedStatement extends Omit<InStatement, 'why'> {
  readonly effect: 'Allow' | 'Deny'
  readonly principal: boolean
  readonly action: boolean
  readonly conditions: readonly CheckedCondition[]
  readonly applies: boolean
}

export interface TrustCheck {
  readonly allowed: boolean
  /** The action that was refused; where none was, that of the call. */
  readonly action: string
  /** What keeps each Allow statement from letting the token in, in the order of the policy; empty where one does. */
  readonly failed: readonly (FailedCondition | FailedElement)[]
  readonly denied?: { readonly statement: number; readonly sid?: string; readonly line: number }
  /** The smallest edit that would let exactly this job in, as a sentence. None where `unknownKeys` are all that is missing. */
  readonly fix?: string
  /** The policy after it. */
  readonly fixedPolicy?: Readonly<Record<string, unknown>>
  /** Every statement with what the request has for each of its conditions. */
  readonly statements: readonly CheckedStatement[]
  /** Keys that the policy asks for and nothing here says: give them as context. */
  readonly unknownKeys: readonly string[]
  /** What STS looks at before the policy: it does not decide here. */
  readonly warnings: readonly TrustWarning[]
}

/** @throws CredentialsError `CONFIG_INVALID`: the ARN is none of a role. */
export function checkTrust(policy: TrustPolicy, token: WebIdentityToken, options: WebIdentityOptions): TrustCheck {
  const exchange = describeExchange(token, options)
  const decisions = exchange.actions.map((action) => evaluateTrust(policy, { ...exchange, action }))
  const refused = decisions.filter(({ allowed }) => !allowed)
  const decision =
    refused[0] ?? decisions[0] ?? evaluateTrust(policy, { ...exchange, action: ASSUME_ROLE_WITH_WEB_IDENTITY })
  const unknownKeys = listUnknownKeys(policy, exchange)
  const fix = lacksContext(refused, unknownKeys) ? undefined : proposeFix(policy, token, exchange, refused)
  return {
    allowed: refused.length === 0,
    action: decision.action,
    failed: listFailures(decision, exchange),
    ...(decision.deniedBy && { denied: placeOf(decision.deniedBy) }),
    ...describeFix(fix),
    statements: decision.statements.map(describeStatement),
    unknownKeys,
    warnings: listTokenWarnings(token, options.nowMs),
  }
}

function listFailures(decision: TrustDecision, exchange: WebIdentityExchange): TrustCheck['failed'] {
  const allows = decision.statements.filter(({ statement }) => statement.effect === 'Allow')
  if (allows.some(({ applies }) => applies)) return []
  return allows.flatMap((trace) => describeFailures(trace, decision.action, exchange))
}

function describeFailures(
  trace: StatementTrace,
  action: string,
  { principal }: WebIdentityExchange,
): (FailedCondition | FailedElement)[] {
  const { statement } = trace
  const place = placeOf(statement)
  const failed: (FailedCondition | FailedElement)[] = []
  if (!trace.principal) {
    const why = explainPrincipal(statement, principal)
    const actual = [
      `arn:${principal.partition ?? 'aws'}:iam::${principal.account ?? 'ACCOUNT'}:oidc-provider/${principal.provider}`,
    ]
    failed.push({ ...place, element: 'Principal', expected: listNames(statement), actual, ...(why && { why }) })
  }
  if (!trace.action) failed.push({ ...place, element: 'Action', expected: statement.action.patterns, actual: [action] })
  if (!trace.principal && !namesProvider(statement, principal.provider)) return failed

  const unmet = trace.conditions.filter(({ outcome }) => !countsAsMet(outcome, 'Allow'))
  return [
    ...failed,
    ...unmet.map(({ condition, actual }): FailedCondition => {
      const why = explainMismatch(condition, actual, principal.provider)
      const { operator, key, values, line } = condition
      return { ...place, line, operator, key, expected: values, actual: actual ?? null, ...(why && { why }) }
    }),
  ]
}

function explainPrincipal(
  { principal: element }: TrustStatement,
  { provider, account, partition }: WebIdentityExchange['principal'],
): string | undefined {
  if (element.negated) return 'An Allow with NotPrincipal lets nobody in.'
  const arns = element.names.flatMap(({ type, name }) => (type === 'Federated' ? (parseProviderArn(name) ?? []) : []))
  const same = arns.find((arn) => arn.provider === provider)
  if (same && partition !== undefined && same.partition !== partition)
    return `The provider is of the partition ${same.partition}, the role of ${partition}.`
  if (same) return `The provider is of the account ${same.account}, the role of ${account}.`
  const close = arns.find((arn) => normalise(arn.provider) === normalise(provider))
  if (close)
    return 'The provider differs from the issuer in case, in a slash at the end or in https://: it has to be the same.'
  if (arns.some((arn) => provider.startsWith(`${arn.provider}/`) || arn.provider.startsWith(`${provider}/`)))
    return 'The provider and the issuer differ in their path.'
  return arns.length > 0 ? 'The provider is another than the issuer of the token.' : undefined
}

function normalise(provider: string): string {
  return provider
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '')
}

function namesProvider({ principal: { names } }: TrustStatement, provider: string): boolean {
  return names.some(({ name }) => parseProviderArn(name)?.provider === provider)
}

function listNames({ principal: { names, anyone } }: TrustStatement): readonly string[] {
  return anyone ? ['*'] : names.map(({ name }) => name)
}

function describeStatement({ statement, principal, action, conditions, applies }: StatementTrace): CheckedStatement {
  return {
    ...placeOf(statement),
    effect: statement.effect,
    principal,
    action,
    conditions: conditions.map(({ condition: { operator, key, values, line }, actual, outcome }) => ({
      line,
      operator,
      key,
      expected: values,
      actual: actual ?? null,
      met: countsAsMet(outcome, statement.effect),
    })),
    applies,
  }
}

function placeOf({ index, sid, line }: TrustStatement): { statement: number; sid?: string; line: number } {
  return { statement: index, ...(sid !== undefined && { sid }), line }
}

function describeFix(fix: TrustFix | undefined): Pick<TrustCheck, 'fix' | 'fixedPolicy'> {
  return fix ? { fix: fix.text, fixedPolicy: fix.policy } : {}
}

/** Nothing but what nobody has said stands in the way: that is to be given, and the policy to be left alone. */
function lacksContext(refused: readonly TrustDecision[], unknownKeys: readonly string[]): boolean {
  const onlyLacks = ({ statement, principal, action, conditions }: StatementTrace): boolean =>
    statement.effect === 'Allow' &&
    principal &&
    action &&
    conditions.every(({ condition, outcome }) => countsAsMet(outcome, 'Allow') || unknownKeys.includes(condition.key))
  return refused.length > 0 && refused.every(({ deniedBy, statements }) => !deniedBy && statements.some(onlyLacks))
}

function listUnknownKeys(policy: TrustPolicy, { context, principal }: WebIdentityExchange): string[] {
  const keys = policy.statements.flatMap(({ conditions }) => conditions.map(({ key }) => key))
  const ofToken = `${principal.provider}:`.toLowerCase()
  const unknown = keys.filter((key) => {
    const name = key.toLowerCase()
    return /^(aws|sts):/.test(name) && !name.startsWith(ofToken) && !Object.hasOwn(context, name)
  })
  return [...new Set(unknown)]
}
