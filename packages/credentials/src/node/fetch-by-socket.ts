/** A request by Node's own client over a socket that we choose, answered as `fetch` answers. */
import type { Agent } from 'node:http'

export interface SocketOptions {
  /** Default: a socket of its own, past every proxy. */
  readonly agent?: Agent
  /** Certificates to trust instead of Node's, as PEM. */
  readonly ca?: string | undefined
}

type Init = RequestInit & { readonly signal: AbortSignal }

export async function fetchBySocket(url: string, init: Init, { agent, ca }: SocketOptions = {}): Promise<Response> {
  const { Readable } = process.getBuiltinModule('node:stream')
  const { request } = process.getBuiltinModule(new URL(url).protocol === 'https:' ? 'node:https' : 'node:http')
  const { method = 'GET', headers, body, signal, redirect } = init
  const options = { method, headers: Object.fromEntries(new Headers(headers)), signal, agent: agent ?? false, ca }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, options, (incoming) => {
      const { statusCode: status = 0 } = incoming
      if (redirect === 'error' && status >= 300 && status < 400) {
        incoming.destroy()
        return reject(new TypeError('unexpected redirect'))
      }
      const bodiless = status === 204 || status === 205 || status === 304
      const stream = bodiless ? null : (Readable.toWeb(incoming) as ReadableStream)
      const answered = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      )
      resolve(new Response(stream, { status, headers: answered }))
    })
    outgoing.on('error', reject)
    outgoing.end(typeof body === 'string' ? body : undefined)
  })
}
