/** A request over a socket of its own, whatever proxy the process was told to use. */
export async function fetchDirectly(url: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
  const { Readable } = process.getBuiltinModule('node:stream')
  const { request } = process.getBuiltinModule(new URL(url).protocol === 'https:' ? 'node:https' : 'node:http')
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers, body, signal, redirect } = init
    const outgoing = request(
      url,
      { method, headers: Object.fromEntries(new Headers(headers)), signal, agent: false },
      (incoming) => {
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
      },
    )
    outgoing.on('error', reject)
    outgoing.end(typeof body === 'string' ? body : undefined)
  })
}
