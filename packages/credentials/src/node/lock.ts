/**
 * A lock between the processes of one user, held by a listening socket: the kernel frees it when its owner dies, and who
 * waits is connected to the owner, so that it hears at once.
 */
import type { Server, Socket } from 'node:net'
import { lockAddress } from './lock-address.ts'

/** An owner that neither ends nor dies in this time is stopped: the work is done without the lock. */
const LEASE_MS = 30_000
const RETRY_MS = 20

/** Where no lock can be had, the work is done without. */
export async function withLock<T>(path: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const release = await acquire(path, signal).catch(() => undefined)
  signal.throwIfAborted()
  try {
    return await work()
  } finally {
    release?.()
  }
}

async function acquire(path: string, signal: AbortSignal): Promise<(() => void) | undefined> {
  const address = await lockAddress(path)
  const untilMs = performance.now() + LEASE_MS
  while (performance.now() < untilMs) {
    signal.throwIfAborted()
    const release = await listen(address)
    if (release) return release
    await ownerGone(address, untilMs - performance.now(), signal)
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
    })
    server.unref()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(address, () =>
      resolve(() => {
        server.close()
        for (const socket of waiting) socket.destroy()
      }),
    )
  })
}

/** Resolves when the owner lets go, dies, or has had its time. */
function ownerGone(address: string, leftMs: number, signal: AbortSignal): Promise<void> {
  const { connect } = process.getBuiltinModule('node:net')
  return new Promise((resolve) => {
    const socket = connect(address)
    let refused = false
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      socket.destroy()
      resolve(refused ? replaceDead(address) : undefined)
    }
    const timer = setTimeout(end, Math.max(0, leftMs))
    signal.addEventListener('abort', end)
    socket.on('error', (error: NodeJS.ErrnoException) => {
      refused = error.code === 'ECONNREFUSED'
    })
    socket.on('close', end)
  })
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
