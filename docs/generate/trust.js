/** docs/trust.md: what `rolecall trust lint` finds, the worst first. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './places.js'

const SOURCE = 'packages/credentials/src/formats/trust/lint/finding.ts'

export function withFindings(page) {
  const [before, after] = page.split(/<!-- findings -->[\s\S]*<!-- end of findings -->/)
  return `${before}<!-- findings -->\n\n${describeFindings()}\n\n<!-- end of findings -->${after ?? '\n'}`
}

function describeFindings() {
  const text = readFileSync(join(ROOT, SOURCE), 'utf8')
  const codes = [...text.matchAll(/^ {2}\| '([A-Z_]+)' \/\/ (.+)$/gm)]
  if (codes.length === 0) throw new Error(`${SOURCE} lists no codes`)
  const listed = (name) => new RegExp(`const ${name}[^=]*= \\[([^\\]]*)\\]`).exec(text)?.[1]?.match(/[A-Z_]+/g) ?? []
  const severities = { warning: listed('WARNINGS'), note: listed('NOTES') }
  const rowsOf = (severity) =>
    codes
      .filter(
        ([, code]) => (Object.entries(severities).find(([, its]) => its.includes(code))?.[0] ?? 'error') === severity,
      )
      .map(([, code, meaning]) => `| ${severity} | \`${code}\` | ${meaning} |`)
  const rows = ['error', 'warning', 'note'].flatMap(rowsOf)
  return ['| severity | code | what it finds |', '|---|---|---|', ...rows].join('\n')
}
