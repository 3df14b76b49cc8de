import { type ChosenProfile, printable } from '@rolecall/credentials'
import type { ListedProfile } from '../profile-list.ts'
import type { Paint } from './colour.ts'

/** A list for people: what each profile leads to, or why it is broken. */
export function renderProfiles(profiles: readonly ListedProfile[], selected: ChosenProfile, paint: Paint): string {
  const missing = !profiles.some((profile) => profile.selected)
  const lines = profiles.flatMap((profile) => renderProfile(profile, paint))
  if (missing && (profiles.length === 0 || selected.name !== 'default'))
    lines.push(
      `${paint('yellow', '!')} There is no profile ${printable(selected.name)} (chosen by ${printable(selected.chosenBy)}).`,
    )
  return lines.map((line) => `${line}\n`).join('')
}

function renderProfile({ name, selected, steps, region, location, error }: ListedProfile, paint: Paint): string[] {
  const where = location ? paint('dim', `${printable(location.file)}:${location.line}`) : ''
  const head = `${selected ? paint('green', '*') : ' '} ${paint('bold', printable(name))}  ${where}`.trimEnd()
  if (error)
    return [
      head,
      `    ${paint('red', `✗ ${printable(error.message)}`)}`,
      ...(error.location ? [`      ${printable(error.location.file)}:${error.location.line ?? 1}`] : []),
      `    ${paint('yellow', '→')} ${printable(error.remedy)}`,
    ]
  const plan = steps.length > 0 ? printable(steps.join(' → ')) : paint('dim', 'settings only, no credentials')
  return [head, `    ${plan}${region ? paint('dim', `  ${printable(region)}`) : ''}`]
}
