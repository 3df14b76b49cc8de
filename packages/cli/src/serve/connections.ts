/**
 * Room for those who ask: where too many connections are open, the oldest on which nothing has been asked yet gives way to a
 * new one. Who opens thousands and says nothing, or half a request, keeps nobody out.
 */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

/** Ten thousand may wait for one renewal. */
const MAX_CONNECTIONS = 12_000
/** For all else that this process opens. */
const OTHER_FILES = 200

export function keepRoom(server: Server): void {
  const limit = Math.min(MAX_CONNECTIONS, readFileLimit() - OTHER_FILES)
  /** The oldest first. */
  const silent = new Set<Socket>()
  let count = 0

  server.on('connection', (socket: Socket) => {
    count++
    silent.add(socket)
    socket.once('close', () => {
      count--
      silent.delete(socket)
    })
    if (count <= limit) return
    if (silent.size > 1) silent.values().next().value?.destroy()
    else server.closeIdleConnections()
  })
  server.on('request', ({ socket }: IncomingMessage) => silent.delete(socket))
  server.maxConnections = limit + OTHER_FILES / 2 // where all of them wait for an answer
}

/** How many files and connections the system lets this process have open. */
function readFileLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1')
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity)
  } catch {
    return Infinity
  }
}
