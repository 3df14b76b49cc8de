/** Where the server can be reached: a port of this machine, and a socket file of this user. */
import { lstatSync, renameSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { nodeHost } from '@rolecall/credentials'
import { Failure } from '../failure.ts'

/** No other machine, container or address of this one. */
export const ADDRESS = '127.0.0.1'
const ONLY_OWNER = 0o177
/** What is longer is cut off by the system, without a word. */
const MAX_SOCKET_PATH_BYTES = 103
/** The kernel queues this many who have not been let in yet. */
const BACKLOG = 4_096

/** @returns the port. @throws Failure `PORT_TAKEN`, `LISTEN_FAILED` */
export async function listenOnPort(server: Server, port: number): Promise<number> {
  const code = await listen(() => server.listen(port, ADDRESS, BACKLOG), server)
  if (code === undefined) return (server.address() as AddressInfo).port
  if (code === 'EADDRINUSE')
    throw new Failure(`another program listens on port ${port}`, {
      code: 'PORT_TAKEN',
      source: '--port',
      remedy: 'Choose another, or leave --port out for one that is free',
    })
  throw new Failure(`port ${port} cannot be listened on (${code})`, {
    code: 'LISTEN_FAILED',
    source: '--port',
    remedy: 'Choose a port above 1023',
  })
}

/**
 * The file is for this user alone from the first moment on. One that a dead server has left is replaced.
 *
 * @throws Failure `ALREADY_RUNNING`, `LISTEN_FAILED`
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES)
    throw failed(path, 'is too long for a socket', `Name a path of at most ${MAX_SOCKET_PATH_BYTES} bytes`)
  const takeOver = async (): Promise<void> => {
    let code = await listenOn(server, path)
    if (code === 'EADDRINUSE') {
      await removeDead(path)
      code = await listenOn(server, path)
    }
    if (code !== undefined) throw failed(path, `cannot be made (${code})`, 'Name a path in a folder that you may write')
  }
  await nodeHost().withLock(path, takeOver, new AbortController().signal)
}

function listenOn(server: Server, path: string): Promise<string | undefined> {
  const umask = process.umask(ONLY_OWNER)
  try {
    return listen(() => server.listen({ path, backlog: BACKLOG }), server)
  } finally {
    process.umask(umask)
  }
}

async function removeDead(path: string): Promise<void> {
  if (!lstatSync(path).isSocket()) throw failed(path, 'is a file that is no socket', 'Name another path')
  if (await isAnswered(path))
    throw new Failure(`a server is already running at ${path}`, {
      code: 'ALREADY_RUNNING',
      source: '--socket',
      remedy: 'End it, or name another path',
    })
  const aside = `${path}.${process.pid}`
  renameSync(path, aside)
  rmSync(aside)
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'ECONNREFUSED'))
  })
}

/** @returns the code of what went wrong. */
function listen(start: () => void, server: Server): Promise<string | undefined> {
  return new Promise((resolve) => {
    const fail = ({ code }: NodeJS.ErrnoException): void => resolve(code ?? 'unknown')
    server.once('error', fail)
    server.once('listening', () => {
      server.off('error', fail)
      resolve(undefined)
    })
    start()
  })
}

function failed(path: string, problem: string, remedy: string): Failure {
  return new Failure(`${path} ${problem}`, { code: 'LISTEN_FAILED', source: '--socket', remedy })
}
