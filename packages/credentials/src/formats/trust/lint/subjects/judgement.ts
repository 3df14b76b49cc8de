/** What the judges of subjects have in common: how a value is looked at, and what may be said of it. */
import type { Problem } from '../finding.ts'

export interface Subject {
  readonly text: string
  /** Whether `*` and `?` stand for others. */
  readonly wildcards: boolean
}

/** Says what a value of a policy lets in beside what was meant, and whether any token can have it. */
export type Judge = (subject: Subject) => Problem[]

/** Whether a wildcard stands in this part of a value. */
export function isOpen({ wildcards }: Subject, part: string): boolean {
  return wildcards && /[*?]/.test(part)
}

/** Whether what stands before the first wildcard can be the beginning of one of these. */
export function couldBegin({ wildcards }: Subject, part: string, starts: readonly string[]): boolean {
  const fixed = part.replace(/[*?].*$/s, '')
  return wildcards && fixed !== part && starts.some((start) => start.startsWith(fixed) || fixed.startsWith(start))
}

export function anybody({ text }: Subject, whom: string): Problem {
  return {
    code: 'SUBJECT_TOO_WIDE',
    text: `"${text}" fits ${whom}.`,
    remedy: 'Write the owner and the project in full, and wildcards only behind them.',
  }
}

export function anyProject({ text }: Subject, which: string): Problem {
  return { code: 'SUBJECT_ANY_PROJECT', text: `"${text}" fits ${which}.`, remedy: 'Name the one that needs the role.' }
}

/** @param isForm whether another text would have the form of a subject, as the same in lower case. */
export function malformed({ text }: Subject, form: string, isForm: (text: string) => boolean): Problem {
  if (isForm(text.toLowerCase()))
    return {
      code: 'SUBJECT_CASE',
      text: `"${text}" has the form of a subject but for upper and lower case, and case counts.`,
      remedy: form,
    }
  return {
    code: 'SUBJECT_MALFORMED',
    text: `No subject of this issuer looks like "${text}": nobody is let in by it.`,
    remedy: form,
  }
}
