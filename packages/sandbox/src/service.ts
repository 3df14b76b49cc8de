/** What the server and a service say to each other. A service is one file (or folder) that implements `Service`. */

export interface HttpRequest {
  readonly method: string
  /** Slashes that follow each other count as one: clients join an endpoint that ends in "/" with a path that starts so. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case; a repeated header is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** What is remembered of a call. A service fills in who called and for which role. */
export interface CallNotes {
  accessKeyId?: string
  roleArn?: string
}

export interface Service {
  /** As in `calls` and fault rules: 'sts', 'imds'… */
  readonly name: string
  /** The operation that a request asks for; undefined when the request is for another service. */
  operationOf(request: HttpRequest): string | undefined
  /** @throws Refusal */
  answer(request: HttpRequest, notes: CallNotes): Answer | Promise<Answer>
  /** A refusal in the form in which this service says no. */
  refuse(refusal: Refused): Answer
}

export interface Refused {
  readonly status?: number | undefined
  readonly code?: string | undefined
  readonly message: string
}

/** Thrown by a service that says no. */
export class Refusal extends Error implements Refused {
  override readonly name = 'Refusal'
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, message: string) {
    super(message)
    this.code = code
    this.status = status
  }
}

export function answerJson(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}
