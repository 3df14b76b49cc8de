import { printable } from '@rolecall/credentials'
import type { TrustFinding, TrustSeverity } from '@rolecall/credentials/trust'
import type { Paint } from './colour.ts'

const STYLES = { error: 'red', warning: 'yellow', note: 'cyan' } as const

/** One finding after the other, in the order of the policy, and their number. */
export function renderTrustFindings(findings: readonly TrustFinding[], file: string, paint: Paint): string {
  if (findings.length === 0) return `${paint('green', '✓')} Nothing to find in ${printable(file)}.\n`
  const lines = findings.flatMap(({ code, severity, statement, sid, line, text, remedy }) => {
    const where = statement === null ? 'the policy' : `statement ${statement + 1}${sid ? ` (${printable(sid)})` : ''}`
    return [
      `${paint(STYLES[severity], severity)}  ${paint('bold', code)}  ${where}  ${paint('dim', `${printable(file)}:${line}`)}`,
      `  ${printable(text)}`,
      `  ${paint('yellow', '→')} ${printable(remedy)}`,
      '',
    ]
  })
  return `${lines.join('\n')}\n${countFindings(findings)}\n`
}

function countFindings(findings: readonly TrustFinding[]): string {
  const counts = (['error', 'warning', 'note'] satisfies TrustSeverity[]).map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count === 0 ? '' : `${count} ${severity}${count === 1 ? '' : 's'}`
  })
  return counts.filter((count) => count !== '').join(', ')
}
