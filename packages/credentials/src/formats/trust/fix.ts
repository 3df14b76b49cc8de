/**
 * The smallest edit of a trust policy that lets one job in, and nobody else: it is made, tried, and only then proposed.
 */
import { countsAsMet, evaluateTrust, type StatementTrace, type TrustDecision } from './evaluate.ts'
import { findIssuer } from './issuers.ts'
import type { TrustCondition, TrustPolicy, TrustStatement } from './policy.ts'
import { isBuiltInProvider, parseProviderArn } from './principal.ts'
import { toTrustPolicy } from './read-policy.ts'
import type { WebIdentityToken } from './token.ts'
import { escapeVariables, escapeWildcards } from './variables.ts'
import type { WebIdentityExchange } from './web-identity.ts'

export interface TrustFix {
  readonly text: string
  readonly policy: Readonly<Record<string, unknown>>
}

type Json = Record<string, unknown>

/** @returns undefined where nothing is refused, or where a token without subject leaves nothing to tell the job by. */
export function proposeFix(
  policy: TrustPolicy,
  token: WebIdentityToken,
  exchange: WebIdentityExchange,
  refused: readonly TrustDecision[],
): TrustFix | undefined {
  if (refused.length === 0 || token.subject === undefined) return undefined
  const edits = [
    () => exempt(policy, exchange, refused),
    () => admitValue(policy, exchange, refused),
    () => admitActions(policy, exchange, refused),
    () => admitPrincipal(policy, exchange, refused),
    () => addStatement(policy, token, exchange, refused),
  ]
  for (const edit of edits) {
    const fix = edit()
    if (fix && letsIn(fix, exchange)) return fix
  }
  return undefined
}

function letsIn({ policy }: TrustFix, exchange: WebIdentityExchange): boolean {
  const edited = toTrustPolicy(policy)
  return exchange.actions.every((action) => evaluateTrust(edited, { ...exchange, action }).allowed)
}

/** Where only a Deny stands in the way: it leaves this subject out. */
function exempt(
  policy: TrustPolicy,
  { principal: { provider }, context }: WebIdentityExchange,
  refused: readonly TrustDecision[],
): TrustFix | undefined {
  const key = `${provider}:sub`
  const subject = [context[key.toLowerCase()]].flat()[0] ?? ''
  const denying = refused.flatMap(({ statements }) =>
    statements.filter(({ applies, statement }) => applies && statement.effect === 'Deny'),
  )
  if (denying.length === 0) return undefined
  const document = structuredClone(policy.document)
  const indexes = [...new Set(denying.map(({ statement }) => statement.index))]
  for (const index of indexes) addValue(statementAt(document, index), 'StringNotEquals', key, subject)
  const names = indexes.map((index) => nameOf(policy.statements[index])).join(' and ')
  return { text: `In ${names}, which denies this, add ${quote(subject)} to StringNotEquals ${key}.`, policy: document }
}

/** One condition of one statement fails, and the statement tells jobs by their subjects: it takes this value too. */
function admitValue(
  policy: TrustPolicy,
  exchange: WebIdentityExchange,
  refused: readonly TrustDecision[],
): TrustFix | undefined {
  for (const { statements } of refused)
    for (const trace of statements) {
      const unmet = trace.conditions.filter(({ outcome }) => !countsAsMet(outcome, 'Allow'))
      const [only] = unmet
      if (trace.statement.effect !== 'Allow' || !trace.principal || !trace.action || !only || unmet.length > 1) continue
      const value = only.actual?.length === 1 ? only.actual[0] : undefined
      if (value === undefined || !canTake(only.condition) || !pinsSubject(trace, exchange, only.condition)) continue

      const { operator, key } = only.condition
      const document = structuredClone(policy.document)
      const written = write(value, policy, /Like|Arn/.test(operator) ? escapeWildcards : escapeVariables)
      addValue(statementAt(document, trace.statement.index), operator, key, written)
      return { text: `In ${nameOf(trace.statement)}, add ${quote(written)} to ${operator} ${key}.`, policy: document }
    }
  return undefined
}

function canTake({ comparison, quantifier }: TrustCondition): boolean {
  return (
    /^(String|Arn)(Equals|Like|EqualsIgnoreCase)$|^NumericEquals$/.test(comparison) && quantifier !== 'ForAllValues'
  )
}

/** Whoever comes in by the edit has the subject of this job: it is what is edited, or the one that is let in. */
function pinsSubject(trace: StatementTrace, { principal }: WebIdentityExchange, edited?: TrustCondition): boolean {
  const key = `${principal.provider}:sub`.toLowerCase()
  return trace.conditions.some(({ condition }) => {
    const pins = condition.comparison === 'StringEquals' && condition.values.length === 1
    const weak = condition.ifExists || condition.quantifier === 'ForAllValues'
    return condition.key.toLowerCase() === key && !weak && (condition === edited || pins)
  })
}

/** Only the actions are missing in a statement that has this one subject. */
function admitActions(
  policy: TrustPolicy,
  exchange: WebIdentityExchange,
  refused: readonly TrustDecision[],
): TrustFix | undefined {
  const statement = findOwnStatement(exchange, refused, (trace) => trace.principal && !trace.action)
  if (!statement || statement.action.negated) return undefined
  const actions = refused.map(({ action }) => action)
  const document = structuredClone(policy.document)
  const edited = statementAt(document, statement.index)
  edited['Action'] = [...[edited['Action']].flat(), ...actions]
  return { text: `In ${nameOf(statement)}, add ${actions.map(quote).join(' and ')} to Action.`, policy: document }
}

/** Only the provider is another, of a statement that has this one subject. */
function admitPrincipal(
  policy: TrustPolicy,
  exchange: WebIdentityExchange,
  refused: readonly TrustDecision[],
): TrustFix | undefined {
  const statement = findOwnStatement(exchange, refused, (trace) => !trace.principal && trace.action)
  const federated = writeProvider(policy, exchange)
  if (!statement || statement.principal.negated || federated === undefined) return undefined
  const document = structuredClone(policy.document)
  const principal = statementAt(document, statement.index)['Principal'] as Json
  principal['Federated'] = oneOrMany([...[principal['Federated'] ?? []].flat(), federated])
  return { text: `In ${nameOf(statement)}, add ${quote(federated)} to Principal Federated.`, policy: document }
}

/** The statement that every refused action fails in one way, whose conditions are met and tell this job by its subject. */
function findOwnStatement(
  exchange: WebIdentityExchange,
  refused: readonly TrustDecision[],
  failsSo: (trace: StatementTrace) => boolean,
): TrustStatement | undefined {
  const fits = (trace: StatementTrace): boolean =>
    trace.statement.effect === 'Allow' &&
    failsSo(trace) &&
    trace.conditions.every(({ outcome }) => countsAsMet(outcome, 'Allow')) &&
    pinsSubject(trace, exchange)
  const [first = [], ...others] = refused.map(({ statements }) =>
    statements.filter(fits).map(({ statement }) => statement),
  )
  return first.find((statement) => others.every((statements) => statements.includes(statement)))
}

/** A statement for this job alone. */
function addStatement(
  policy: TrustPolicy,
  token: WebIdentityToken,
  exchange: WebIdentityExchange,
  refused: readonly TrustDecision[],
): TrustFix | undefined {
  const federated = writeProvider(policy, exchange)
  if (federated === undefined || refused.some(({ deniedBy }) => deniedBy)) return undefined
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: federated },
    Action: oneOrMany(refused.map(({ action }) => action)),
    Condition: describeJob(policy, token, exchange),
  }
  const document: Json = structuredClone(policy.document)
  document['Statement'] = [...[document['Statement']].flat(), statement]
  return { text: `Add the statement ${JSON.stringify(statement)}`, policy: document }
}

function describeJob(
  policy: TrustPolicy,
  token: WebIdentityToken,
  { principal: { provider }, context }: WebIdentityExchange,
): Json {
  const values = ['aud', 'sub', ...findIssuer(provider).idClaims].flatMap((claim): [string, string][] => {
    const value = context[`${provider}:${claim}`.toLowerCase()]
    return typeof value === 'string' ? [[`${provider}:${claim}`, write(value, policy, escapeVariables)]] : []
  })
  const several = Array.isArray(context[`${provider}:aud`.toLowerCase()])
  return {
    StringEquals: Object.fromEntries(values),
    ...(several && { 'ForAnyValue:StringEquals': { [`${provider}:aud`]: token.audiences } }),
  }
}

/** As Federated names it; the account is the role's, or the one that the policy names providers of. */
function writeProvider(
  policy: TrustPolicy,
  { principal: { provider, account, partition } }: WebIdentityExchange,
): string | undefined {
  if (isBuiltInProvider(provider)) return provider
  const arns = policy.statements.flatMap(({ principal: { names } }) =>
    names.flatMap(({ name }) => parseProviderArn(name) ?? []),
  )
  const known = arns.find((arn) => arn.provider === provider) ?? arns[0]
  const [of, where] = [account ?? known?.account, partition ?? known?.partition]
  return of !== undefined && where !== undefined ? `arn:${where}:iam::${of}:oidc-provider/${provider}` : undefined
}

/** Older versions know no variables, and nothing to escape with. */
function write(value: string, { version }: TrustPolicy, escaped: (text: string) => string): string {
  return version === '2012-10-17' ? escaped(value) : value
}

function statementAt(document: Json, index: number): Json {
  return [document['Statement']].flat()[index] as Json
}

function addValue(statement: Json, operator: string, key: string, value: string): void {
  const conditions = (statement['Condition'] ?? {}) as Json
  const block = (conditions[operator] ?? {}) as Json
  const name = Object.keys(block).find((one) => one.toLowerCase() === key.toLowerCase()) ?? key
  const values = oneOrMany([...[block[name] ?? []].flat(), value])
  statement['Condition'] = { ...conditions, [operator]: { ...block, [name]: values } }
}

function oneOrMany(values: readonly unknown[]): unknown {
  return values.length === 1 ? values[0] : values
}

function nameOf(statement: TrustStatement | undefined): string {
  const { index = 0, sid } = statement ?? {}
  return `statement ${index + 1}${sid ? ` (${sid})` : ''}`
}

function quote(text: string): string {
  return JSON.stringify(text)
}
