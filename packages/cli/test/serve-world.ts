/** A server of the real command line, and a source that it asks. */
import type { ChildProcess } from 'node:child_process'
import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { createHome, type Ended, startRolecall, type World, waitFor } from './world.ts'

export interface Served {
  readonly child: ChildProcess
  /** As the first line has them. */
  readonly env: Record<string, string>
  readonly url: string
  readonly port: number
  readonly token: string
  /** What stands on stderr so far, an object a line. */
  events(): Record<string, unknown>[]
  readonly ended: Promise<Ended>
}

/** A server that ends with the test. */
export async function serve(args: readonly string[], world: World = {}): Promise<Served> {
  const served = await startServer(args, { home: world.home ?? createHome(world.files), ...world })
  onTestFinished(() => void served.child.kill('SIGKILL'))
  return served
}

/** Resolves when the server listens; rejects when it has ended before. */
export async function startServer(args: readonly string[], world: World & { home: string }): Promise<Served> {
  const child = startRolecall(['serve', '--json', ...args], world)
  let stderr = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes
  })
  const ended = waitFor(child)
  const line = await new Promise<string>((resolve, reject) => {
    let stdout = ''
    child.stdout?.on('data', (text: string) => {
      stdout += text
      if (stdout.includes('\n')) resolve(stdout)
    })
    ended.then(() => reject(new Error(`rolecall serve has ended: ${stderr}`)))
  })
  const { env } = JSON.parse(line) as { env: Record<string, string> }
  const url = env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? ''
  return {
    child,
    env,
    url,
    port: Number(new URL(url).port),
    token: env['AWS_CONTAINER_AUTHORIZATION_TOKEN'] ?? '',
    events: () =>
      stderr
        .split('\n')
        .filter(Boolean)
        .map((text) => JSON.parse(text)),
    ended,
  }
}

export interface Reply {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: string
  /** undefined where the body is none. */
  readonly json: Record<string, string> | undefined
}

/** A request with exactly these headers, and Host. */
export function ask(
  { port, token }: Pick<Served, 'port' | 'token'>,
  path = '/',
  { method = 'GET', headers = { authorization: token } as Record<string, string | string[]>, socketPath = '' } = {},
): Promise<Reply> {
  const where = socketPath ? { socketPath } : { host: '127.0.0.1', port }
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ ...where, path, method, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => {
        body += text
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, json: parse(body) }),
      )
    })
    sent.on('error', reject).end()
  })
}

/** Sends these bytes, and returns all that comes back until the server ends the connection or `text` has come. */
export function sendRaw(port: number, bytes: string | readonly string[], until = /$^/): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    const end = (): void => {
      socket.destroy()
      resolve(received)
    }
    socket.setEncoding('latin1').on('data', (text) => {
      received += text
      if (until.test(received)) end()
    })
    socket.on('error', end).on('close', end)
    for (const part of [bytes].flat()) socket.write(part, 'latin1')
  })
}

export interface Source {
  /** The variables that lead to it. */
  readonly env: Record<string, string>
  /** How often it was asked. */
  readonly asked: number
  /** What it answers from now on. */
  answer: { lifeMs?: number; status?: number; delayMs?: number }
}

/** A container's endpoint that gives a new session each time it is asked: its number is in the key id. */
export async function playSource(answer: Source['answer']): Promise<Source> {
  let asked = 0
  const source = {
    answer,
    get asked() {
      return asked
    },
    env: {},
  }
  const server = createServer((_request, response) => {
    asked++
    const { lifeMs = 3_600_000, status = 200, delayMs = 0 } = source.answer
    const keys = {
      AccessKeyId: `ASIASESSION${String(asked).padStart(4, '0')}`,
      SecretAccessKey: 'canary-secret/+value',
      Token: `canary-token-${asked}==`,
      Expiration: new Date(Date.now() + lifeMs).toISOString(),
      AccountId: '111122223333',
    }
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(status === 200 ? keys : { code: 'Failed', message: 'canary-upstream-text' }))
    }, delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  source.env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/` }
  return source
}

/** Asks until it is so. */
export async function until<T>(look: () => T | Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look()
    if (isSo(seen)) return seen
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

function parse(text: string): Record<string, string> | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
