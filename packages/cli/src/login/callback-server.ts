/**
 * Where the browser brings the answer of a sign-in: a server on loopback that takes one answer.
 *
 * Source  https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 * @module
 */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const ADDRESS = '127.0.0.1'
const PATH = '/oauth/callback'

export interface Callback {
  readonly port: number
  readonly redirectUri: string
  /** From now on one request is taken: with this state, and a code or an error. All others change nothing. */
  expect(state: string): void
  /** The query of that request. Rejects with the reason of the signal. */
  waitForAnswer(signal: AbortSignal): Promise<URLSearchParams>
  close(): void
}

/** Listens on a port that is free. */
export async function listenForCallback(): Promise<Callback> {
  let expected: string | undefined
  let take: (query: URLSearchParams) => void
  const taken = new Promise<URLSearchParams>((resolve) => {
    take = resolve
  })
  const server = createServer((request, response) => {
    const fault = findFault(request, `${ADDRESS}:${port}`)
    if (fault) return answer(response, fault, 'This is not for you', 'Nothing was changed.')
    const query = new URL(request.url ?? '', redirectUri).searchParams
    if (!isExpected(query, expected))
      return answer(response, 400, 'No sign-in waits for this', 'Begin again at the terminal.')
    expected = undefined
    response.once('close', () => take(query)) // who has the answer may close the server
    const outcome = query.has('code') ? 'You have let the command line in' : 'The sign-in was refused'
    answer(response, 200, outcome, 'Go back to the terminal: this window is done.')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, ADDRESS, resolve)
  })
  const { port } = server.address() as AddressInfo
  const redirectUri = `http://${ADDRESS}:${port}${PATH}`

  return {
    port,
    redirectUri,
    expect: (state) => {
      expected = state
    },
    waitForAnswer: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
        taken.then(resolve)
      }),
    close: () => {
      server.close()
      server.closeAllConnections() // browsers connect in advance, and may never ask
    },
  }
}

/** A page of another site can make a browser ask here, and under another name read the answer. */
function findFault({ method, url, headersDistinct }: IncomingMessage, host: string): number | undefined {
  const hosts = headersDistinct['host'] ?? []
  if (hosts.length !== 1 || hosts[0] !== host) return 403
  if (url?.split('?', 1)[0] !== PATH) return 404
  return method === 'GET' ? undefined : 405
}

function answer(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  response.end(
    `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>rolecall</title><h1>${title}</h1><p>${text}</p></html>\n`,
  )
}

function isExpected(query: URLSearchParams, state: string | undefined): boolean {
  if (state === undefined || !(query.get('code') || query.get('error'))) return false
  const [given, expected] = [Buffer.from(query.get('state') ?? ''), Buffer.from(state)]
  return given.length === expected.length && timingSafeEqual(given, expected)
}
