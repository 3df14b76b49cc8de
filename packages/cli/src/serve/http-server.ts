/** An HTTP server that a slow, large or malformed request cannot hold up. */
import { createServer, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { refuse, toText } from './answer.ts'
import { keepRoom } from './connections.ts'

const MAX_HEADER_BYTES = 16 * 1024
const REQUEST_TIMEOUT_MS = 15_000
/** Of a connection on which nothing moves, also while an answer is awaited. */
const SILENCE_TIMEOUT_MS = 90_000
/**
 * As callers are told. Longer than most keep a connection that they do not use: a request must not meet a connection that is
 * just being closed. Where room is needed such a connection gives way.
 */
const KEEP_ALIVE_MS = 120_000
const CHECK_INTERVAL_MS = 1_000
const GOODBYE_MS = 500

const MALFORMED = toText(refuse(400, 'BadRequest', 'This is no request'), 'Bad Request')
/** No token of this server is that long. */
const TOO_LARGE = toText(refuse(401, 'Unauthorized', 'The headers are too large for a request'), 'Unauthorized')
const TOO_SLOW = toText(refuse(408, 'RequestTimeout', 'The request took too long'), 'Request Timeout')
const NO_TUNNEL = toText(refuse(403, 'Forbidden', 'Only GET is allowed here'), 'Forbidden')
const FAULTS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: TOO_LARGE,
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
}

/** It listens nowhere yet, and answers nothing. */
export function createHttpServer(): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    requireHostHeader: false, // whoever names none is answered as all who are refused
  })
  server.maxHeadersCount = 0 // those beyond a number would not be seen
  server.timeout = SILENCE_TIMEOUT_MS
  keepRoom(server)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    endWith(FAULTS[error.code ?? ''] ?? MALFORMED, socket)
  })
  server.on('error', () => {}) // a connection that the system could not hand over: the caller comes again
  server.on('connect', (_request, socket) => endWith(NO_TUNNEL, socket))
  return server
}

/** What still comes is read and dropped for a moment: to cut it off would take the answer away too. */
function endWith(text: string, socket: Duplex): void {
  if (socket.writableEnded || !socket.writable) return
  socket.end(text)
  socket.resume()
  setTimeout(() => socket.destroy(), GOODBYE_MS).unref()
}
