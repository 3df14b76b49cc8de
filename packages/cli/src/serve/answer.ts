/** What the server says, and that nobody may keep it. */
import type { ServerResponse } from 'node:http'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: string
}

const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

export function answerJson(status: number, value: object, headers: Answer['headers'] = {}): Answer {
  return answer(status, 'application/json', JSON.stringify(value), headers)
}

export function answerText(body: string, headers: Answer['headers'] = {}): Answer {
  return answer(200, 'text/plain', body, headers)
}

/** An error as the AWS SDKs show it. Who is refused may not go on with the same connection. */
export function refuse(status: number, code: string, message: string): Answer {
  return answerJson(status, { code, message }, status < 500 ? { connection: 'close' } : {})
}

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers)
  response.end(body)
}

/** For a connection whose request could not be read. */
export function toText({ status, headers, body }: Answer, reason: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`
}

function answer(status: number, type: string, body: string, headers: Answer['headers']): Answer {
  const length = Buffer.byteLength(body)
  return { status, headers: { 'content-type': type, 'content-length': length, ...ALWAYS, ...headers }, body }
}
