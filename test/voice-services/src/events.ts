import { EventStreamCodec } from '@smithy/core/event-streams'

/** Events on the wire: `application/vnd.amazon.eventstream`. */
export type Codec = EventStreamCodec
export type Message = ReturnType<EventStreamCodec['decode']>

export const codec: EventStreamCodec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => new TextEncoder().encode(text),
)

export function encodeEvent(type: string, body: object | Uint8Array): Uint8Array {
  const isBytes = body instanceof Uint8Array
  return encode(
    'event',
    ':event-type',
    type,
    isBytes ? body : toJson(body),
    isBytes ? 'application/octet-stream' : undefined,
  )
}

/** Some services spell the message with a capital letter: their clients read no other. */
export function encodeException(type: string, message: string): Uint8Array {
  return encode('exception', ':exception-type', type, toJson({ message, Message: message }))
}

function encode(
  kind: string,
  name: string,
  type: string,
  body: Uint8Array,
  contentType = 'application/json',
): Uint8Array {
  return codec.encode({
    headers: {
      ':message-type': { type: 'string', value: kind },
      [name]: { type: 'string', value: type },
      ':content-type': { type: 'string', value: contentType },
    },
    body,
  })
}

/** Whole messages from pieces of any length: each begins with its own. */
export async function* readMessages(pieces: AsyncIterable<Buffer>): AsyncGenerator<Message> {
  let held = Buffer.alloc(0)
  for await (const piece of pieces) {
    held = Buffer.concat([held, piece])
    while (held.length >= 4 && held.length >= held.readUInt32BE(0)) {
      const length = held.readUInt32BE(0)
      yield codec.decode(held.subarray(0, length))
      held = held.subarray(length)
    }
  }
}

export function toJson(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}
