/** The recorded conversation of a story: what is asked has to be what stands there, in order, and no more. */
import type { Answer, Exchange, HttpAnswer, StsRefusal, StsSession } from './story.ts'

export interface Asked {
  readonly method: string
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly cutAfterBytes: number | undefined
}

export interface Conversation {
  /** undefined: nobody answers that. */
  answer(asked: Asked): Reply | 'no-answer' | 'silence' | undefined
  /** What was asked and should not have been, and what was not asked and should have been. */
  problems(): string[]
}

export function createConversation(exchanges: readonly Exchange[]): Conversation {
  const coming = exchanges.flatMap((exchange) => Array.from({ length: exchange.times ?? 1 }, () => exchange))
  const problems: string[] = []
  let at = 0

  return {
    answer(asked) {
      const next = coming[at]
      const shown = `request ${at + 1}, ${asked.method} ${asked.url}`
      const differences = next ? compare(next.request, asked) : ['nothing more was expected']
      if (!next || differences.length > 0) {
        problems.push(`${shown}: ${differences.join('; ')}`)
        return undefined
      }
      at++
      return readAnswer(next.answer)
    },
    problems() {
      const missing = coming.slice(at).map(({ request }) => `never asked: ${request.method} ${request.url}`)
      return [...problems, ...missing]
    },
  }
}

function compare(expected: Exchange['request'], asked: Asked): string[] {
  const form = Object.fromEntries(new URLSearchParams(asked.body))
  return [
    ...difference('method', expected.method, asked.method),
    ...difference('url', expected.url, asked.url),
    ...Object.entries(expected.headers ?? {}).flatMap(([name, value]) => difference(name, value, asked.headers[name])),
    ...Object.entries(expected.body ?? {}).flatMap(([name, value]) => difference(name, value, form[name])),
    ...(expected.body || asked.body === '' ? [] : ['it has a body']),
  ]
}

function difference(name: string, expected: string | null, actual: string | undefined): string[] {
  if (expected === null) return actual === undefined ? [] : [`${name} should not be there`]
  const pattern = expected.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  if (actual !== undefined && new RegExp(`^${pattern.join('.*')}$`, 's').test(actual)) return []
  return [`${name} is ${actual === undefined ? 'missing' : JSON.stringify(actual)}, not ${JSON.stringify(expected)}`]
}

function readAnswer(answer: Answer): Reply | 'no-answer' | 'silence' {
  if ('fails' in answer) return answer.fails
  if ('session' in answer) return xml(200, writeSession(answer.session))
  if ('refusal' in answer) return xml(answer.refusal.status, writeRefusal(answer.refusal))
  return readHttpAnswer(answer)
}

function readHttpAnswer({ status, headers = {}, body = '', cutAfterBytes, repeatBody = 1 }: HttpAnswer): Reply {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, headers, body: text.repeat(repeatBody), cutAfterBytes }
}

function xml(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml' }, body, cutAfterBytes: undefined }
}

function writeSession({ action, accessKeyId, secretAccessKey, sessionToken, expiration, arn }: StsSession): string {
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <${action}Result>
    <AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:session</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>${sessionToken}</SessionToken>
      <Expiration>${expiration}</Expiration>
    </Credentials>
  </${action}Result>
  <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>
</${action}Response>`
}

function writeRefusal({ code, message }: StsRefusal): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>
  <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
</ErrorResponse>`
}
