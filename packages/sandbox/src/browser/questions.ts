/** Pages that ask a person to allow or deny something, and what follows from the answer. */
import type { Clock } from '../clock.ts'
import { createOneTimeSecrets } from '../oauth/one-time.ts'
import type { Answer, HttpRequest } from '../service.ts'
import { answerPage, escapeHtml, PageRefusal } from './page.ts'

const LIFETIME_MS = 10 * 60 * 1000

export interface Question {
  readonly title: string
  /** Shown as text: who asks, for what. */
  readonly facts: Readonly<Record<string, string>>
  /** Where the browser goes from here, if not to a page of the sandbox. */
  readonly leadsTo?: string
  readonly allow: () => Answer
  readonly deny: () => Answer
}

export interface Questions {
  /** A page with a form that is posted to the path it came from. */
  ask(request: HttpRequest, question: Question): Answer
  /** What follows from a posted form. @throws PageRefusal */
  answer(request: HttpRequest): Answer
}

/**
 * A form carries a token that is good once, so that only a page that was shown can be answered; a browser that says that
 * the form came from another site is refused as well.
 */
export function createQuestions(clock: Clock): Questions {
  const open = createOneTimeSecrets<Question>(clock)
  return {
    ask: ({ path }, question) => {
      const token = open.issue(question, clock.now() + LIFETIME_MS)
      return answerPage(
        question.title,
        `${describe(question.facts)}
<form method="post" action="${escapeHtml(path)}">
<input type="hidden" name="form_token" value="${token}">
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Deny</button>
</form>`,
        question.leadsTo === undefined ? {} : { formLeadsTo: new URL(question.leadsTo).origin },
      )
    },
    answer: ({ headers, body }) => {
      const site = headers['sec-fetch-site'] ?? 'same-origin'
      if (site !== 'same-origin') throw new PageRefusal('Forbidden', 403, 'The form came from another site')
      const form = new URLSearchParams(Buffer.from(body).toString())
      const decision = form.get('decision')
      if (decision !== 'allow' && decision !== 'deny')
        throw new PageRefusal('InvalidRequest', 400, 'decision is to be allow or deny')
      const question = open.take(form.get('form_token') ?? '')
      if (!question)
        throw new PageRefusal('InvalidRequest', 400, 'This form was answered already, or is too old: begin again')
      return decision === 'allow' ? question.allow() : question.deny()
    },
  }
}

function describe(facts: Readonly<Record<string, string>>): string {
  const rows = Object.entries(facts).map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
  return `<dl>${rows.join('')}</dl>`
}
