import type { Ears, HeardPart } from './actors.ts'
import { encodeEvent } from './events.ts'
import { beginEvents, Refusal, write } from './exchange.ts'
import type { Exchange } from './exchange-context.ts'
import { withIdleLimit } from './polly.ts'

/** As much of Transcribe as ears need: StartStreamTranscription. */
export interface TranscribeOptions {
  readonly ears: Ears
  /** A stream without sound for this long is ended. Transcribe: 15 seconds. */
  readonly idleMs: number
}

const IDLE = 'Your request timed out because no new audio was received for 15 seconds.'

export async function transcribe(exchange: Exchange, { ears, idleMs }: TranscribeOptions): Promise<void> {
  const { request, response, record } = exchange
  for (const [name, value] of Object.entries(request.headers))
    if (name.startsWith('x-amzn-transcribe-')) record.input[name.slice('x-amzn-transcribe-'.length)] = value
  const ear = ears(Number(record.input['sample-rate']))
  beginEvents(response)

  try {
    for await (const { body } of withIdleLimit(exchange.events(), idleMs, IDLE)) {
      record.events.push({ type: 'AudioEvent', body: body.length })
      if (body.length === 0) break
      if (body.length % 2 !== 0) throw new Refusal('BadRequestException', 400, 'The audio has half a sample')
      tell(await ear.hear(new Int16Array(Uint8Array.from(body).buffer)))
    }
  } catch (error) {
    if (error instanceof Refusal && error.message === IDLE) throw new Refusal('BadRequestException', 400, IDLE)
    throw error
  }
  tell(await ear.end())
  response.end()

  function tell(parts: readonly HeardPart[]): void {
    if (parts.length === 0) return
    write(response, encodeEvent('TranscriptEvent', { Transcript: { Results: parts.map(toResult) } }))
  }
}

function toResult({ text, isFinal, fromSeconds, untilSeconds }: HeardPart) {
  const words = text.split(' ')
  const each = (untilSeconds - fromSeconds) / words.length
  const items = words.map((Content, index) => ({
    Content,
    Type: 'pronunciation',
    StartTime: fromSeconds + index * each,
    EndTime: fromSeconds + (index + 1) * each,
    ...(isFinal ? { Confidence: 0.9 } : {}),
  }))
  return {
    ResultId: 'result',
    IsPartial: !isFinal,
    StartTime: fromSeconds,
    EndTime: untilSeconds,
    Alternatives: [{ Transcript: text, Items: items }],
  }
}
