/**
 * The world as Node.js shows it: the only file that knows Node. Its modules are got where they are used: to import
 * `node:fs` costs each start 4 ms, to ask the process for it nothing.
 */
import type { Command, CommandResult, Host } from './model/host.ts'

/** No file that this library reads is larger. */
const MAX_FILE_BYTES = 1024 * 1024
const MAX_OUTPUT_BYTES = 64 * 1024
/** How long a dead program's output may still arrive: a child of its own could hold the pipe for ever. */
const OUTPUT_GRACE_MS = 200
/** Never asked through a proxy: what answers there belongs to this machine. */
const LOCAL_HOST = /^(localhost|127(\.\d+){3}|\[::1\]|169\.254(\.\d+){2}|\[fd00:ec2::\w+\])$/

/** The world of this process. Spread it and replace members to see or steer what the library does. */
export function nodeHost(): Host {
  return {
    env: process.env,
    platform: process.platform,
    get homeDir() {
      return readHomeDir()
    },
    readFile,
    fetch: (url, init) => (LOCAL_HOST.test(new URL(url).hostname) ? fetchDirectly(url, init) : fetch(url, init)),
    run,
    now: Date.now,
    sleep,
    random: Math.random,
    randomUuid: () => crypto.randomUUID(),
  }
}

function readHomeDir(): string | undefined {
  try {
    return process.getBuiltinModule('node:os').homedir() || undefined
  } catch {
    return undefined
  }
}

/** A regular file of at most 1 MiB; a FIFO or a device is refused without waiting for it. */
function readFile(path: string): Promise<Uint8Array | undefined> {
  const { close, constants, fstat, open } = process.getBuiltinModule('node:fs')
  return new Promise((resolve, reject) => {
    open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0), (error, file) => {
      if (error) return error.code === 'ENOENT' || error.code === 'ENOTDIR' ? resolve(undefined) : reject(error)
      const end = (problem: Error | null, bytes?: Uint8Array): void =>
        close(file, () => (problem ? reject(problem) : resolve(bytes)))

      fstat(file, (error, stats) => {
        if (error) return end(error)
        if (!stats.isFile()) return end(systemError(stats.isDirectory() ? 'EISDIR' : 'EINVAL'))
        if (stats.size > MAX_FILE_BYTES) return end(systemError('EFBIG'))
        readAll(file, end)
      })
    })
  })
}

/** To the end of the file, which may be further away than its size says. */
function readAll(file: number, end: (problem: Error | null, bytes?: Uint8Array) => void): void {
  const { read } = process.getBuiltinModule('node:fs')
  const buffer = Buffer.allocUnsafe(MAX_FILE_BYTES + 1)
  const readFrom = (at: number): void =>
    read(file, buffer, at, buffer.length - at, null, (error, sizeBytes) => {
      if (error) return end(error)
      if (sizeBytes === 0) return end(null, new Uint8Array(buffer.subarray(0, at)))
      if (at + sizeBytes > MAX_FILE_BYTES) return end(systemError('EFBIG'))
      readFrom(at + sizeBytes)
    })
  readFrom(0)
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** A request over a socket of its own, whatever proxy the process was told to use. */
async function fetchDirectly(url: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
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

async function run(
  { line, env = {}, maxOutputBytes = MAX_OUTPUT_BYTES }: Command,
  signal: AbortSignal,
): Promise<CommandResult> {
  signal.throwIfAborted()
  const { spawn } = process.getBuiltinModule('node:child_process')
  const isWindows = process.platform === 'win32'
  return new Promise((resolve, reject) => {
    const child = spawn(line, {
      shell: true,
      detached: !isWindows, // a group of its own, to be killed as one
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
    let sizeBytes = 0
    let exitCode: number | undefined

    const kill = (): void => {
      if (child.pid === undefined) return
      try {
        if (isWindows) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' })
        else process.kill(-child.pid, 'SIGKILL')
      } catch {
        // it has ended
      }
    }
    const fail = (reason: unknown): void => {
      kill()
      settle()
      reject(reason)
    }
    const onAbort = (): void => fail(signal.reason)
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort)
      clearTimeout(grace)
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const finish = (): void => {
      settle()
      const [stdout, stderr] = [Buffer.concat(output.stdout), Buffer.concat(output.stderr)]
      resolve({ exitCode: exitCode ?? 1, stdout: new Uint8Array(stdout), stderr: new Uint8Array(stderr) })
    }
    let grace: NodeJS.Timeout | undefined

    signal.addEventListener('abort', onAbort)
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length
        if (sizeBytes > maxOutputBytes) fail(systemError('EFBIG'))
        else output[name].push(chunk)
      })
    }
    child.on('error', fail)
    child.on('exit', (code) => {
      exitCode = code ?? 1
      grace = setTimeout(finish, OUTPUT_GRACE_MS)
    })
    child.on('close', finish)
  })
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', stop, { once: true })
  })
}
