import { printable } from '@rolecall/credentials'
import type {
  CheckedCondition,
  CheckedStatement,
  FailedCondition,
  FailedElement,
  TrustCheck,
  WebIdentityToken,
} from '@rolecall/credentials/trust'
import type { Paint } from './colour.ts'

const MAX_VALUES = 4

/** The verdict, then each statement with what is met and what is not, and last what would change it. */
export function renderTrustCheck(check: TrustCheck, token: WebIdentityToken, file: string, paint: Paint): string {
  const { allowed, action, denied, warnings, unknownKeys, fix } = check
  const verdict = allowed ? paint('green', '✓ let in') : paint('red', denied ? '✗ denied' : '✗ refused')
  const lines = [
    `${verdict}  ${action}`,
    '',
    `token    ${paint('bold', printable(token.subject ?? 'without a subject'))}`,
    paint('dim', `         of ${printable(token.issuer)} for ${printable(token.audiences.join(', ') || 'nobody')}`),
    ...warnings.map(({ text }) => `${paint('yellow', '!')}        ${printable(text)}`),
    '',
    ...check.statements.flatMap((statement) => [...renderStatement(statement, check, file, paint), '']),
    ...(unknownKeys.length > 0
      ? [
          `${paint('yellow', '!')} Nothing here says ${unknownKeys.map(printable).join(', ')}: they count as absent. Give them with --context KEY=VALUE.`,
        ]
      : []),
    ...(fix ? [`${paint('yellow', '→')} ${printable(fix)}`] : []),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function renderStatement(statement: CheckedStatement, check: TrustCheck, file: string, paint: Paint): string[] {
  const name = `statement ${statement.statement + 1}${statement.sid ? ` (${printable(statement.sid)})` : ''}`
  const head = `${paint('bold', name)}  ${statement.effect}  ${paint('dim', `${printable(file)}:${statement.line}`)}`
  const mark = (holds: boolean): string => (holds ? paint('green', '✓') : paint('red', '✗'))
  const failed = check.failed.filter((part) => part.statement === statement.statement)
  const elements = (['Principal', 'Action'] as const).flatMap((element) => {
    const failure = failed.find((part) => 'element' in part && part.element === element)
    const holds = element === 'Principal' ? statement.principal : statement.action
    return [`  ${mark(holds)} ${element}`, ...(failure ? renderDifference(failure, paint) : [])]
  })
  const isOther = !statement.principal && !failed.some((part) => 'key' in part)
  const conditions = isOther ? [] : statement.conditions
  return [
    head,
    ...elements,
    ...conditions.flatMap((condition) => renderCondition(condition, failed, mark, file, paint)),
  ]
}

function renderCondition(
  condition: CheckedCondition,
  failed: TrustCheck['failed'],
  mark: (holds: boolean) => string,
  file: string,
  paint: Paint,
): string[] {
  const { operator, key, met, line } = condition
  const title = `  ${mark(met)} ${operator} ${printable(key)}`
  if (met) return [title]
  const failure = failed.find(
    (part): part is FailedCondition => 'key' in part && part.key === key && part.operator === operator,
  )
  return [`${title}  ${paint('dim', `${printable(file)}:${line}`)}`, ...renderDifference(failure ?? condition, paint)]
}

function renderDifference(part: FailedCondition | FailedElement | CheckedCondition, paint: Paint): string[] {
  const why = 'why' in part ? part.why : undefined
  return [
    `      expected  ${listValues(part.expected)}`,
    `      actual    ${part.actual === null ? paint('dim', 'there is none') : listValues(part.actual)}`,
    ...(why ? [`      ${printable(why)}`] : []),
  ]
}

function listValues(values: readonly string[]): string {
  const shown = values.slice(0, MAX_VALUES).map(printable)
  const more = values.length - shown.length
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n                ') || 'nothing'
}
