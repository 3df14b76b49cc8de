/** The world of a story for the library: real files, real processes, a played conversation, a clock of its own. */
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Host, nodeHost } from '@rolecall/credentials'
import type { Conversation, Reply } from './conversation.ts'
import type { Fill } from './home.ts'
import type { Story } from './story.ts'
import { createStoryClock } from './story-clock.ts'

export const DEFAULT_NOW = '2026-06-01T12:00:00Z'
/** A process that hangs has begun by then. */
const PROCESS_START_MS = 100

export function createPlayedHost(story: Story, conversation: Conversation, home: string, fill: Fill): Host {
  const { world } = story
  const real = nodeHost()
  const clock = createStoryClock(Date.parse(world.now ?? DEFAULT_NOW))
  const env = Object.fromEntries(Object.entries(story.env).map(([name, value]) => [name, fill(value)]))

  const fetch: Host['fetch'] = async (url, { method = 'GET', headers, body, signal, redirect }) => {
    signal.throwIfAborted()
    const asked = { method, url, headers: Object.fromEntries(new Headers(headers)), body: String(body ?? '') }
    const reply = conversation.answer(asked)
    if (reply === 'silence') return silence(signal, clock.skipToNextDeadline)
    if (reply === undefined || reply === 'no-answer' || (redirect === 'error' && isRedirect(reply)))
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED canary-cause') })
    return new Response(streamOf(reply), { status: reply.status, headers: reply.headers })
  }

  return {
    ...real,
    env,
    platform: world.platform ?? 'linux',
    homeDir: home,
    random: () => 0.5,
    now: clock.now,
    sleep: clock.sleep,
    fetch,
    async readFile(path) {
      const here = resolve(home, world.platform === 'win32' ? path.replaceAll('\\', '/') : path)
      const isForbidden = Object.entries(world.special ?? {}).some(
        ([name, kind]) => kind === 'forbidden' && here === resolve(home, name),
      )
      if (isForbidden) throw Object.assign(new Error('EACCES: canary-path'), { code: 'EACCES' })
      return real.readFile(here)
    },
    run(command, signal) {
      if (world.processHangs) setTimeout(PROCESS_START_MS).then(clock.skipToNextDeadline)
      const nothing = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]))
      const ofStory = { PATH: process.env['PATH'], HOME: home, ...env }
      return real.run({ ...command, env: { ...nothing, ...ofStory, ...command.env } }, signal)
    },
  }
}

function silence(signal: AbortSignal, giveUp: () => void): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    setImmediate(giveUp)
  })
}

function isRedirect({ status }: Reply): boolean {
  return status >= 300 && status < 400
}

function streamOf({ body, cutAfterBytes }: Reply): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(body)
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.subarray(0, cutAfterBytes))
    },
    pull(controller) {
      if (cutAfterBytes === undefined) controller.close()
      else controller.error(new TypeError('terminated', { cause: new Error('other side closed: canary-cause') }))
    },
  })
}
