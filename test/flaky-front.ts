/** What stands before a sandbox and lets a share of the calls fail, as identity providers do when many jobs begin at once. */
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FlakyFront {
  readonly url: string
  /** How many calls failed, and how many there were. */
  readonly counts: { readonly failed: number; readonly all: number }
  stop(): Promise<void>
}

/**
 * Tokens of CIs are refused with 503, exchanges with IDPCommunicationError. Which attempt of which job fails is drawn by the
 * seed: the same in each run, in whatever order jobs come.
 */
export async function startFlakyFront(
  target: string,
  { share, seed }: { share: number; seed: number },
): Promise<FlakyFront> {
  const jobs = new Map<string, { readonly index: number; attempts: number }>()
  const counts = { failed: 0, all: 0 }

  const fails = (key: string): boolean => {
    const job = jobs.get(key) ?? { index: jobs.size, attempts: 0 }
    jobs.set(key, job)
    job.attempts += 1
    counts.all += 1
    const failed = draw(seed, job.index, job.attempts) < share
    if (failed) counts.failed += 1
    return failed
  }

  const server = createServer(async (incoming, outgoing) => {
    const body = await readBody(incoming)
    const form = new URLSearchParams(body)
    const token = form.get('WebIdentityToken')
    const isToken = incoming.url?.includes('/idtoken') === true
    if (isToken && fails(incoming.url ?? '')) return outgoing.writeHead(503).end()
    if (token && fails(token)) {
      const error = '<Code>IDPCommunicationError</Code><Message>The identity provider could not be reached</Message>'
      return outgoing.writeHead(400).end(`<ErrorResponse><Error>${error}</Error></ErrorResponse>`)
    }
    const { method, headers, url = '/' } = incoming
    const forwarded = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    return forwarded.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readBody(message: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of message.setEncoding('utf8')) text += part
  return text
}

/** At least 0 and less than 1: of a seed, a job and its attempt always the same. */
function draw(...numbers: readonly number[]): number {
  let state = 0
  for (const number of numbers) {
    state = Math.imul(state ^ (number + 0x9e3779b9), 0x85ebca6b)
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
    state ^= state >>> 16
  }
  return (state >>> 0) / 2 ** 32
}
