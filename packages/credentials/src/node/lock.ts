/**
 * A lock between the processes of one user, held by a listening socket: the kernel frees it when its owner dies, and who
 * waits is connected to the owner, so that it hears at once.
 */
import type { Server, Socket } from 'node:net'
import { lockAddress } from './lock-address.ts'

/** An owner says so often that it goes on. */
const HEARTBEAT_MS = 500
/** An owner that says nothing for so long may be stopped. Where it is, who waits goes on to the next generation. */
const LEASE_MS = 3_000
/** An owner that has never said anything cannot be looked up: on a busy machine it may just not have come to it. */
const FIRST_WORD_MS = 6_000
/** An owner at work for longer keeps nobody waiting: the work is done without the lock. */
const MAX_WAIT_MS = 120_000
const RETRY_MS = 20

/** Where no lock can be had, the work is done without. */
export async function withLock<T>(path: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const release = await acquire(path, signal).catch(() => undefined)
  try {
    signal.throwIfAborted()
    return await work()
  } finally {
    release?.()
  }
}

async function acquire(path: string, signal: AbortSignal): Promise<(() => void) | undefined> {
  const untilMs = performance.now() + MAX_WAIT_MS
  for (let generation = 0; performance.now() < untilMs; ) {
    signal.throwIfAborted()
    const address = await lockAddress(path, generation)
    const release = await listen(address)
    if (release) return release
    if ((await waitForOwner(address, untilMs, signal)) === 'silent') generation += 1
  }
  return undefined
}

/** undefined where another owner listens. */
function listen(address: string): Promise<(() => void) | undefined> {
  const { createServer } = process.getBuiltinModule('node:net')
  return new Promise((resolve, reject) => {
    const waiting = new Set<Socket>()
    const server: Server = createServer((socket) => {
      waiting.add(socket)
      socket.unref()
      socket.on('error', () => {})
      socket.on('close', () => waiting.delete(socket))
      socket.write(`${process.pid}\n`)
    })
    const heartbeat = setInterval(() => {
      for (const socket of waiting) socket.write('\n')
    }, HEARTBEAT_MS)
    heartbeat.unref()
    server.unref()
    server.once('error', (error: NodeJS.ErrnoException) => {
      clearInterval(heartbeat)
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(address, () =>
      resolve(() => {
        clearInterval(heartbeat)
        server.close()
        for (const socket of waiting) socket.destroy()
      }),
    )
  })
}

/** Until the owner lets go or dies (`gone`), or is stopped (`silent`). */
function waitForOwner(address: string, untilMs: number, signal: AbortSignal): Promise<'gone' | 'silent'> {
  const { connect } = process.getBuiltinModule('node:net')
  return new Promise((resolve) => {
    const socket = connect(address)
    let refused = false
    let ended = false
    const end = (how: 'gone' | 'silent'): void => {
      ended = true
      clearTimeout(lease)
      clearTimeout(patience)
      signal.removeEventListener('abort', giveUp)
      socket.destroy()
      resolve(refused ? replaceDead(address).then(() => how) : how)
    }
    const giveUp = (): void => end('gone')
    let owner: number | undefined
    let heard = false
    let lease = setTimeout(doubt, FIRST_WORD_MS)
    /** What this process has not come to read is no silence: that is looked at first. */
    function doubt(): void {
      heard = false
      setImmediate(() => {
        if (heard || (owner !== undefined && isRunning(owner))) renew()
        else end('silent')
      })
    }
    function renew(): void {
      if (ended) return
      heard = true
      clearTimeout(lease)
      lease = setTimeout(doubt, LEASE_MS)
    }
    const patience = setTimeout(giveUp, Math.max(0, untilMs - performance.now()))
    signal.addEventListener('abort', giveUp)
    socket.on('data', (text) => {
      owner ??= Number.parseInt(text.toString(), 10)
      renew()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      refused = error.code === 'ECONNREFUSED'
    })
    socket.on('close', giveUp)
  })
}

/** Not stopped, as far as Linux tells; elsewhere silence is all there is to go by. */
function isRunning(pid: number): boolean {
  try {
    const stat = process.getBuiltinModule('node:fs').readFileSync(`/proc/${pid}/stat`, 'latin1')
    return !/^[TtZX]$/.test(stat.charAt(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

/** The file of a socket outlives its owner. It is moved away first: only one of several who see it dead removes it. */
async function replaceDead(address: string): Promise<void> {
  const { promises } = process.getBuiltinModule('node:fs')
  if (!address.startsWith('/')) return wait(RETRY_MS)
  const aside = `${address}.${crypto.randomUUID()}`
  await promises.rename(address, aside).then(
    () => promises.rm(aside, { force: true }),
    () => wait(RETRY_MS),
  )
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
