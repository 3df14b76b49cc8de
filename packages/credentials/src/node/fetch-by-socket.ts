/** A request by Node's own client over a socket that we choose, answered as `fetch` answers. */
import type { Agent, IncomingMessage } from 'node:http'

export interface SocketOptions {
  /** Default: a socket of its own, past every proxy. */
  readonly agent?: Agent
  /** Certificates to trust instead of Node's, as PEM. */
  readonly ca?: string | undefined
}

type Init = RequestInit & { readonly signal: AbortSignal }

export async function fetchBySocket(url: string, init: Init, { agent, ca }: SocketOptions = {}): Promise<Response> {
  const { request } = process.getBuiltinModule(new URL(url).protocol === 'https:' ? 'node:https' : 'node:http')
  const { method = 'GET', headers, body, signal, redirect } = init
  const options = { method, headers: Object.fromEntries(new Headers(headers)), signal, agent: agent ?? false, ca }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (incoming) => {
      try {
        resolve(answerOf(incoming, redirect))
      } catch (error) {
        incoming.destroy() // thrown from here it would end the process
        reject(error)
      }
    })
    outgoing.on('error', reject)
    outgoing.on('close', () => reject(new TypeError('no answer'))) // says nothing where there was one
    outgoing.end(typeof body === 'string' ? body : undefined)
  })
}

/** Throws for a redirect that may not be followed, and for a status that no Response can have. */
function answerOf(incoming: IncomingMessage, redirect: RequestInit['redirect']): Response {
  const { Readable } = process.getBuiltinModule('node:stream')
  const { statusCode: status = 0 } = incoming
  if (redirect === 'error' && status >= 300 && status < 400) throw new TypeError('unexpected redirect')
  const bodiless = status === 204 || status === 205 || status === 304
  const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  return new Response(bodiless ? null : (Readable.toWeb(incoming) as ReadableStream), { status, headers })
}
