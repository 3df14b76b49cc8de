import { expect, onTestFinished } from 'vitest'
// Loaded beforehand: a virtual clock does not wait for files that are loaded on demand.
import '../src/clients/ca-bundle.ts'
import '../src/clients/ci/ci-session.ts'
import '../src/clients/container.ts'
import '../src/clients/explain-refusal.ts'
import '../src/clients/instance-role.ts'
import '../src/clients/kept-session-name.ts'
import '../src/clients/login.ts'
import '../src/clients/mfa.ts'
import '../src/clients/plan-base.ts'
import '../src/clients/process.ts'
import '../src/clients/roles-anywhere-key.ts'
import '../src/clients/sso-role.ts'
import '../src/clients/sts.ts'
import '../src/clients/web-identity.ts'
import '../src/explain.ts'
import '../src/formats/aws-cli-cache.ts'
import '../src/formats/jwt.ts'
import '../src/store/aws-cli-cache.ts'
import '../src/store/open-sessions.ts'
import '../src/store/sealing.ts'
import '../src/store/store-key.ts'
import type { CommandResult, Host } from '../src/model/host.ts'
import { decryptTripleDes, sha1 } from '../src/node/old-ciphers.ts'

export interface Sent {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
  readonly redirect: string | undefined
  /** Certificates that are trusted for it. */
  readonly ca: string | undefined
  /** Virtual milliseconds since the host was made. */
  readonly atMs: number
}

export type Answer = Response | Error | ((request: Sent, host: FakeHost) => Response | Promise<Response>)
export type Ending = Partial<CommandResult> | string | Error | ((signal: AbortSignal) => Promise<CommandResult>)
export type Content = string | Uint8Array | Error

export interface World {
  env?: Record<string, string | undefined>
  platform?: string
  /** Default: `/home/user`. `null`: nobody knows. */
  homeDir?: string | null
  /** Contents by path. An error is what reading that file rejects with. */
  files?: Record<string, Content>
  /** Answers by `METHOD url`; of a list each is given once, in order. What is not listed fails the test. */
  http?: Record<string, Answer | readonly Answer[]>
  /** What commands print, by their line. */
  processes?: Record<string, Ending>
  now?: string
  random?: number
}

export interface FakeHost extends Host {
  readonly env: Record<string, string | undefined>
  readonly files: Record<string, Content>
  readonly http: Record<string, Answer | readonly Answer[]>
  readonly processes: Record<string, Ending>
  readonly requests: readonly Sent[]
  readonly reads: readonly string[]
  readonly writes: readonly string[]
  readonly runs: readonly { readonly line: string; readonly env: Record<string, string | undefined> }[]
  writeFile(path: string, data: Uint8Array, options: { mode: number }): Promise<void>
  removeFile(path: string): Promise<void>
  listDir(path: string): Promise<string[]>
  withLock<T>(path: string, work: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** How many sleeps have neither ended nor been aborted. */
  readonly sleeping: number
  /** Virtual milliseconds since the host was made. */
  readonly elapsedMs: number
  /** Sets the wall clock without letting time go by: what sleeps sleeps as long as before. */
  jump(milliseconds: number): void
  /** Lets time go by. Nothing else moves the clock, but {@link until}. */
  pass(milliseconds: number): Promise<void>
  /** Lets as much time go by as the promise needs. Fails where nothing is left that could settle it. */
  until<T>(promise: Promise<T>): Promise<T>
}

/** Never answers, and does not care for aborts. */
export const silence = (): Promise<never> => new Promise(() => {})

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Work of the signer that a virtual clock has to wait for: it runs on real threads. */
let signing = 0
for (const name of ['importKey', 'sign', 'digest', 'encrypt', 'decrypt'] as const) {
  const original = crypto.subtle[name].bind(crypto.subtle) as (...args: unknown[]) => Promise<unknown>
  const counted = (...args: unknown[]): Promise<unknown> => {
    signing += 1
    return original(...args).finally(() => {
      signing -= 1
    })
  }
  Object.defineProperty(crypto.subtle, name, { value: counted, configurable: true })
}

/** What can happen without time going by happens. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4 || signing > 0; turn++) await new Promise(setImmediate)
}

/** A whole world in memory. Touches no real variable, file, socket, process or clock. */
export function fakeHost(world: World = {}): FakeHost {
  const { env = {}, files = {}, http = {}, processes = {}, platform = 'linux', random = 0.5 } = world
  const requests: Sent[] = []
  const reads: string[] = []
  const writes: string[] = []
  const runs: { line: string; env: Record<string, string | undefined> }[] = []
  const sleepers = new Set<{ readonly due: number; readonly wake: () => void }>()
  const given = new Map<string, number>()
  const locks = new Map<string, Promise<void>>()
  const modified = new Map<string, number>()
  const startMs = Date.parse(world.now ?? '2026-01-01T00:00:00Z')
  let elapsedMs = 0
  let offsetMs = 0
  let uuids = 0

  const unexpected: string[] = []
  onTestFinished(() => expect(unexpected, 'unexpected calls').toEqual([]))
  const refuse = (call: string): never => {
    unexpected.push(call)
    throw new Error(`unexpected: ${call}`)
  }

  const answerTo = (request: string): Answer => {
    const listed = http[request]
    if (!Array.isArray(listed)) return (listed as Answer | undefined) ?? refuse(request)
    const count = given.get(request) ?? 0
    given.set(request, count + 1)
    return (listed as readonly Answer[])[count] ?? refuse(`${request}, time ${count + 1}`)
  }
  const wakeNext = (limit = Number.POSITIVE_INFINITY): boolean => {
    const [next] = [...sleepers].sort((a, b) => a.due - b.due)
    if (!next || next.due > limit) return false
    elapsedMs = Math.max(elapsedMs, next.due)
    sleepers.delete(next)
    next.wake()
    return true
  }

  const host: FakeHost = {
    env,
    files,
    http,
    processes,
    platform,
    homeDir: world.homeDir === null ? undefined : (world.homeDir ?? '/home/user'),
    requests,
    reads,
    writes,
    runs,
    oldCiphers: { sha1, decryptTripleDes },
    async readFile(path) {
      reads.push(path)
      const content = files[path]
      if (content instanceof Error) throw content
      return typeof content === 'string' ? encode(content) : content
    },
    async writeFile(path, data) {
      writes.push(path)
      files[path] = data
      modified.set(path, host.now())
    },
    async removeFile(path) {
      writes.push(path)
      delete files[path]
    },
    listDir: async (path) =>
      Object.keys(files).flatMap((file) => {
        const name = file.startsWith(`${path}/`) ? file.slice(path.length + 1) : '/'
        return name.includes('/') ? [] : [name]
      }),
    async withLock(path, work, signal) {
      const before = locks.get(path) ?? Promise.resolve()
      let release = (): void => {}
      const own = new Promise<void>((resolve) => {
        release = resolve
      })
      locks.set(
        path,
        before.then(() => own),
      )
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
      try {
        await Promise.race([before, aborted])
        signal.throwIfAborted()
        return await work()
      } finally {
        release()
      }
    },
    async lstat(path) {
      const modifiedMs = modified.get(path) ?? startMs
      return path in files ? { kind: 'file', isOwn: true, mode: 0o600, modifiedMs } : undefined
    },
    async fetch(url, { method = 'GET', headers, body, signal, redirect, ca }) {
      const sent: Sent = {
        url,
        method,
        headers: Object.fromEntries(new Headers(headers)),
        body: typeof body === 'string' ? body : '',
        signal,
        redirect,
        ca,
        atMs: elapsedMs,
      }
      requests.push(sent)
      const answer = answerTo(`${method} ${url}`)
      if (answer instanceof Error) throw answer
      const response = typeof answer === 'function' ? await answer(sent, host) : answer.clone()
      if (response.headers.has('location') && redirect === 'error') throw new TypeError('unexpected redirect')
      return response
    },
    async run({ line, env = {} }, signal) {
      runs.push({ line, env })
      const ending = processes[line] ?? refuse(`run ${line}`)
      if (ending instanceof Error) throw ending
      if (typeof ending === 'function') return ending(signal)
      const {
        exitCode = 0,
        stdout = encode(''),
        stderr = encode(''),
      } = typeof ending === 'string' ? { stdout: encode(ending) } : ending
      return { exitCode, stdout, stderr }
    },
    now: () => startMs + elapsedMs + offsetMs,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const abort = (): void => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        }
        const wake = (): void => {
          signal.removeEventListener('abort', abort)
          resolve()
        }
        const sleeper = { due: elapsedMs + milliseconds, wake }
        sleepers.add(sleeper)
        signal.addEventListener('abort', abort, { once: true })
      }),
    random: () => random,
    randomUuid: () => `00000000-0000-4000-8000-${String(uuids++).padStart(12, '0')}`,
    get sleeping() {
      return sleepers.size
    },
    get elapsedMs() {
      return elapsedMs
    },
    jump(milliseconds) {
      offsetMs += milliseconds
    },
    async pass(milliseconds) {
      const end = elapsedMs + milliseconds
      do await settle()
      while (wakeNext(end))
      elapsedMs = end
    },
    async until(promise) {
      let settled = false
      const done = (): void => {
        settled = true
      }
      promise.then(done, done)
      for (;;) {
        await settle()
        if (settled) return promise
        if (!wakeNext()) throw new Error('nothing is left that could settle this')
      }
    },
  }
  return host
}

/** A body that comes in pieces, each after a pause on the virtual clock; without a last piece it never ends. */
export function drip(host: FakeHost, pieces: readonly string[], pauseMs: number, ends = true): ReadableStream {
  const never = new AbortController().signal
  const left = [...pieces]
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      await host.sleep(pauseMs, never)
      const piece = left.shift()
      if (piece !== undefined) controller.enqueue(encode(piece))
      else if (ends) controller.close()
      else await silence()
    },
  })
}

/** What a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(outcome, 'it did not fail').toBeInstanceOf(Error)
  return outcome as Error & Record<string, unknown>
}
