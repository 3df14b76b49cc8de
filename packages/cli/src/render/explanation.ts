/** An explanation as a person reads it: a tree of sources, and the verdict. */
import { type ExplainedAttempt, type Explanation, printable } from '@rolecall/credentials'
import type { Paint } from './colour.ts'

/** The reason ends in the one, and the location begins with the other. */
const SAID_BESIDES: readonly string[] = ['expires', 'files']

const MARKS = {
  found: ['green', '✓'],
  skipped: ['dim', '○'],
  failed: ['red', '✗'],
  'not-reached': ['dim', '·'],
} as const

/** The search as a tree: one branch a source in the order in which they were asked, and the verdict last. */
export function renderExplanation(explanation: Explanation, paint: Paint): string {
  const { profile, region, warnings } = explanation
  return [
    headline('profile', profile.name, profile.chosenBy, paint),
    region.name === undefined ? 'region   unknown' : headline('region', region.name, region.chosenBy, paint),
    '',
    ...renderTree(explanation.attempts, paint),
    '',
    ...warnings.flatMap(({ text, remedy }) => [
      `${paint('yellow', '!')} ${printable(sentence(text))}`,
      ...(remedy ? [`  ${printable(sentence(remedy))}`] : []),
    ]),
    ...(warnings.length > 0 ? [''] : []),
    renderVerdict(explanation, paint),
    '',
  ].join('\n')
}

function headline(title: string, name: string, chosenBy: string, paint: Paint): string {
  return `${title.padEnd(8)} ${paint('bold', printable(name))} ${paint('dim', `(${printable(chosenBy)})`)}`
}

function renderTree(attempts: readonly ExplainedAttempt[], paint: Paint): string[] {
  const width = Math.max(0, ...attempts.map(({ source }) => source.length)) + 2
  const branches = attempts
    .filter(({ outcome }) => outcome !== 'not-reached')
    .map((attempt) => [describeAttempt(attempt, width, paint), ...listDetails(attempt, paint)])
  const rest = attempts.filter(({ outcome }) => outcome === 'not-reached').map(({ source }) => printable(source))
  if (rest.length > 0) branches.push([paint('dim', `${MARKS['not-reached'][1]} not reached: ${rest.join(', ')}`)])

  return branches.flatMap(([first = '', ...details], index) => {
    const last = index === branches.length - 1
    return [`${last ? '└' : '├'}─ ${first}`, ...details.map((line) => `${last ? ' ' : '│'}    ${line}`)]
  })
}

function describeAttempt({ source, outcome, reason, code }: ExplainedAttempt, width: number, paint: Paint): string {
  const [style, mark] = MARKS[outcome]
  const name = printable(source).padEnd(width)
  if (outcome === 'skipped') return paint('dim', `${mark} ${name}${printable(reason)}`)
  return `${paint(style, mark)} ${paint('bold', name)}${printable(reason)}${code ? `  ${paint(style, code)}` : ''}`
}

/** A source that steps aside has said all with its reason. */
function listDetails(
  { outcome, facts, steps = [], location, remedy, durationMs }: ExplainedAttempt,
  paint: Paint,
): string[] {
  if (outcome === 'skipped') return []
  const names = Object.keys(facts).filter((name) => !SAID_BESIDES.includes(name))
  const width = Math.max(0, ...names.map((name) => name.length)) + 2
  return [
    ...steps.map((step, index) => `${index + 1}. ${printable(step)}`),
    ...names.map((name) => paint('dim', `${printable(name).padEnd(width)}${printable(facts[name] ?? '')}`)),
    ...(location ? [paint('cyan', `${printable(location.file)}${location.line ? `:${location.line}` : ''}`)] : []),
    ...(remedy ? [`${paint('yellow', '→')} ${printable(sentence(remedy))}`] : []),
    ...(durationMs >= 1 ? [paint('dim', `took ${Math.round(durationMs)} ms`)] : []),
  ]
}

function renderVerdict({ outcome, source, attempts, warnings }: Explanation, paint: Paint): string {
  if (outcome === 'found') {
    const rest = warnings.length > 0 ? 'See the warnings above.' : 'Nothing to do.'
    return `${paint('green', '✓')} The credentials come from ${paint('bold', printable(source ?? 'a source'))}. ${rest}`
  }
  const failed = attempts.find((attempt) => attempt.outcome === 'failed')
  const verdict = failed
    ? `No credentials: ${printable(failed.source)} is configured and does not work.`
    : 'No credentials: no source is configured.'
  return `${paint('red', '✗')} ${verdict} ${printable(sentence(failed?.remedy ?? adviseOn(attempts)))}`
}

function adviseOn(attempts: readonly ExplainedAttempt[]): string {
  const [only, ...others] = attempts
  if (only && others.length === 0) return `Configure ${only.source}, or let all sources be asked`
  return 'Add a profile to ~/.aws/config, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role'
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
