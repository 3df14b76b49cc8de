/** The conversation of a story over real sockets: each address that it names becomes a listener on loopback. */
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createConversation, type Reply } from './conversation.ts'
import type { Fill } from './home.ts'
import type { Story } from './story.ts'

export interface Served {
  /** Puts the listeners' addresses in the place of those of the story. */
  readonly rewrite: Fill
  /** Variables that lead to the listeners what the story asks of AWS itself. */
  readonly env: Readonly<Record<string, string>>
  readonly problems: () => string[]
}

const STS = /^https:\/\/sts\.[\w.-]+$/
/** Asked where nothing says otherwise: a story that asks it without a word to that effect has failed. */
const ANY_STS = 'https://sts.amazonaws.com'
const INSTANCE = 'http://169.254.169.254'
const LOOPBACK = /^http:\/\/127\.0\.0\.1:(\d+)$/

/** The addresses that cannot be served on loopback without changing what the story is about. */
export function listUnservable({ conversation, ...story }: Story): string[] {
  const origins = originsOf(conversation)
  const text = textOf(story)
  const sts = origins.filter((origin) => STS.test(origin))
  return origins.filter((origin) => {
    if (STS.test(origin)) return sts.length > 1 || namesEndpoint(text)
    if (origin === INSTANCE) return false
    return !text.includes(`:${LOOPBACK.exec(origin)?.[1]}`)
  })
}

/** Whether the story has a word to say about the instance metadata service. */
export function isAboutInstance({ conversation, ...story }: Story): boolean {
  return originsOf(conversation).includes(INSTANCE) || /ec2_metadata/i.test(textOf(story))
}

export async function withServed<T>(story: Story, work: (served: Served) => Promise<T>): Promise<T> {
  const conversation = createConversation(story.conversation)
  const listeners = new Map<string, Server>()
  const problems: string[] = []

  const listen = async (origin: string): Promise<void> => {
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      send(response, conversation.answer({ method: request.method ?? '', url: origin + request.url, headers, body }))
    })
    server.on('clientError', (error) => problems.push(`a request that is none: ${error.message}`))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    listeners.set(origin, server)
  }

  const recorded = originsOf(story.conversation)
  const sts = recorded.find((origin) => STS.test(origin)) ?? ANY_STS
  try {
    for (const origin of new Set([...recorded, sts])) await listen(origin)
    const addressOf = (origin: string): string => `http://127.0.0.1:${portOf(listeners.get(origin))}`
    const text = textOf(story)
    const served = {
      rewrite: (text: string) =>
        recorded.reduce((written, origin) => {
          const port = LOOPBACK.exec(origin)?.[1]
          const place = new RegExp(`(127\\.0\\.0\\.1|localhost):${port}\\b`, 'g')
          return port ? written.replace(place, `$1:${portOf(listeners.get(origin))}`) : written
        }, text),
      env: {
        ...(namesEndpoint(text) ? {} : { AWS_ENDPOINT_URL_STS: addressOf(sts) }),
        ...(recorded.includes(INSTANCE) ? { AWS_EC2_METADATA_SERVICE_ENDPOINT: addressOf(INSTANCE) } : {}),
        ...(isAboutInstance(story) ? {} : { AWS_EC2_METADATA_DISABLED: 'true' }),
      },
      problems: () => [...problems, ...conversation.problems()],
    }
    return await work(served)
  } finally {
    for (const server of listeners.values()) {
      server.closeAllConnections()
      server.close()
    }
  }
}

function send(response: ServerResponse, reply: Reply | 'no-answer' | 'silence' | undefined): void {
  if (reply === 'silence') return
  if (reply === undefined || reply === 'no-answer') return void response.destroy()
  const { status, headers, body, cutAfterBytes } = reply
  const bytes = Buffer.from(body)
  response.writeHead(status, { 'content-length': bytes.length, ...headers })
  if (cutAfterBytes === undefined) return void response.end(bytes)
  response.write(bytes.subarray(0, cutAfterBytes), () => response.destroy())
}

function originsOf(conversation: Story['conversation']): string[] {
  return [...new Set(conversation.map(({ request }) => new URL(request.url).origin))]
}

function portOf(server: Server | undefined): number {
  const address = server?.address() as AddressInfo | undefined
  if (!address) throw new Error('nothing listens there')
  return address.port
}

/** All that a story says to the program. */
function textOf({ env, files }: Pick<Story, 'env' | 'files'>): string {
  return JSON.stringify(env) + Object.values(files).join('\n')
}

function namesEndpoint(text: string): boolean {
  return /(?<!metadata_service_)endpoint_url/i.test(text)
}
