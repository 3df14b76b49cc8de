/** Plain web pages for a person or a browser under test: no script, nothing from elsewhere. */
import { type Answer, Refusal, type Refused } from '../service.ts'

const STYLE =
  'body{font:1rem/1.5 sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.3rem 1.2rem}'

/** Thrown for a request that a browser made: the answer is a page. */
export class PageRefusal extends Refusal {}

export interface PageOptions {
  readonly status?: number
  /** Where a form of the page may lead, beside the sandbox itself: browsers hold back a redirect elsewhere. */
  readonly formLeadsTo?: string
}

/** The content is HTML; the title is text. */
export function answerPage(
  title: string,
  content: string,
  { status = 200, formLeadsTo = '' }: PageOptions = {},
): Answer {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `form-action 'self' ${formLeadsTo}`.trim(),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  const heading = escapeHtml(title)
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy.join('; '),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${heading}</title><style>${STYLE}</style></head>
<body><main><h1>${heading}</h1>
${content}
</main></body>
</html>
`,
  }
}

/** Undefined for a refusal that is not for a person. */
export function refusePage(refused: Refused): Answer | undefined {
  if (!(refused instanceof PageRefusal)) return undefined
  return answerPage('This does not work', `<p>${escapeHtml(refused.message)}</p>`, { status: refused.status })
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
