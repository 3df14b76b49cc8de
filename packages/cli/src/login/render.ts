/** Words for people: how a sign-in went, and what a sign-out has removed. */
import { printable } from '@rolecall/credentials'
import type { SignInReport } from './sign-in.ts'
import type { RemovedSignIn } from './sign-out.ts'

export function renderSignIn(report: SignInReport): string {
  const { file, profiles } = report
  return renderRows([
    ...(report.kind === 'sso'
      ? ([
          ['signed in', `${report.startUrl}${report.session === null ? '' : ` (sso-session ${report.session})`}`],
          ['until', `${report.expiration}${report.renewable ? ', and renewed by itself while the session lasts' : ''}`],
        ] as const)
      : ([
          ['signed in', report.loginSession],
          ['until', 'the session ends, 12 hours from now at the latest; its keys are renewed by themselves'],
        ] as const)),
    ['profiles', profiles.join(', ') || 'none uses it yet'],
    ['file', file],
  ])
}

export function renderSignOut(removed: readonly RemovedSignIn[]): string {
  if (removed.length === 0) return 'Nobody was signed in: nothing was removed.\n'
  return removed
    .map(({ file, of, endedAtService }) => {
      const end =
        endedAtService === false
          ? ' (the service did not confirm it: the sign-in was over, or it could not be asked)'
          : ''
      return `removed ${printable(file)}${of ? `, the sign-in to ${printable(of)}` : ''}${end}\n`
    })
    .join('')
}

function renderRows(rows: readonly (readonly [name: string, value: string])[]): string {
  return rows.map(([name, value]) => `${name.padEnd(11)}${printable(value)}\n`).join('')
}
