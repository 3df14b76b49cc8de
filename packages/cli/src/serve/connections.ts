/**
 * Room for those who ask: where too many connections are open, the one on which nothing has been asked for longest gives
 * way to a new one. Who opens thousands and says nothing, or half a request, keeps nobody out.
 */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Ten thousand may wait for one renewal. */
const MAX_CONNECTIONS = 12_000
/** For all else that this process opens. */
const OTHER_FILES = 200

export function keepRoom(server: Server): void {
  const limit = Math.min(MAX_CONNECTIONS, readFileLimit() - OTHER_FILES)
  /** The longest first. */
  const quiet = new Set<Socket>()
  let count = 0

  server.on('connection', (socket: Socket) => {
    count++
    quiet.add(socket)
    socket.once('close', () => {
      count--
      quiet.delete(socket)
    })
    if (count > limit) quiet.values().next().value?.destroy()
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    quiet.delete(socket)
    response.once('close', () => {
      if (!socket.destroyed) quiet.add(socket)
    })
  })
  server.maxConnections = limit + OTHER_FILES / 2 // where all of them wait for an answer
}

/** How many files and connections the system lets this process have open. */
function readFileLimit(): number {
  try {
    return (
      Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? Number.NaN) ||
      Infinity
    )
  } catch {
    return Infinity
  }
}
