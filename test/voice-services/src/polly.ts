import type { Http2ServerRequest } from 'node:http2'
import type { Mp3Encoder, Voice } from './actors.ts'
import { encodeEvent } from './events.ts'
import type { Request } from './exchange.ts'
import { beginEvents, Refusal, requestId, write } from './exchange.ts'
import type { Exchange } from './exchange-context.ts'

/** As much of Polly as a voice needs: SynthesizeSpeech and StartSpeechSynthesisStream. */
export interface PollyOptions {
  readonly voice: Voice
  readonly encodeMp3?: Mp3Encoder | undefined
  /** A stream without an event for this long is ended. Polly: 5 seconds. */
  readonly idleMs: number
  /** Bytes that go out at once. An odd number, as networks have them. */
  readonly pieceBytes: number
  /** The answer to a request for speech breaks off there. */
  readonly dropAfterBytes: number
  readonly drop: (request: Request) => void
  /** Between two pieces of an answer. */
  readonly dripMs: number
}

const VOICES = ['Ruth', 'Joanna', 'Matthew']

export async function synthesizeSpeech(
  { body, request, response, record }: Exchange,
  options: PollyOptions,
): Promise<void> {
  const input = JSON.parse(body.toString()) as Record<string, string>
  Object.assign(record.input, input)
  const audio = await speak(String(input['Text']), input, options)
  response.statusCode = 200
  response.setHeader('content-type', `audio/${input['OutputFormat']}`)
  response.setHeader('x-amzn-requestid', requestId())
  for (let at = 0; at < audio.length; at += options.pieceBytes) {
    if (response.destroyed || (request as Http2ServerRequest).aborted) throw new Refusal('left', 0, 'nobody reads it')
    write(response, audio.subarray(at, at + options.pieceBytes))
    if (options.dripMs > 0) await new Promise((resolve) => setTimeout(resolve, options.dripMs))
  }
  if (audio.length > options.dropAfterBytes) setTimeout(() => options.drop(request), 20)
  else response.end()
}

/** Speaks a sentence when it is whole, and the rest when it is told to or the text ends. */
export async function synthesizeStream(exchange: Exchange, options: PollyOptions): Promise<void> {
  const { request, response, record } = exchange
  const header = (name: string): string => String(request.headers[`x-amzn-${name}`] ?? '')
  const input = {
    Engine: header('engine'),
    VoiceId: header('voiceid'),
    OutputFormat: header('outputformat'),
    SampleRate: header('samplerate'),
  }
  Object.assign(record.input, input)
  if (input.Engine !== 'generative')
    throw new Refusal('ValidationException', 400, 'The engine does not support streams')
  checkVoice(input.VoiceId)
  beginEvents(response)

  let text = ''
  let characters = 0
  const say = async (part: string, textType = 'text'): Promise<void> => {
    characters += part.length
    if (part.trim() === '') return
    const audio = await speak(part, { ...input, TextType: textType }, options)
    for (let at = 0; at < audio.length; at += options.pieceBytes)
      write(response, encodeEvent('AudioEvent', audio.subarray(at, at + options.pieceBytes)))
  }
  for await (const { type, body } of withIdleLimit(exchange.events(), options.idleMs)) {
    const event = JSON.parse(Buffer.from(body).toString() || '{}') as TextEvent
    record.events.push({ type, body: event })
    if (type === 'CloseStreamEvent') break
    if (event.TextType === 'ssml') {
      await say(event.Text, 'ssml')
      continue
    }
    text += event.Text
    const whole = event.FlushStreamConfiguration?.Force ? text.length : /^[\s\S]*[.!?](?=\s)/.exec(text)?.[0].length
    if (!whole) continue
    await say(text.slice(0, whole))
    text = text.slice(whole)
  }
  await say(text)
  write(response, encodeEvent('StreamClosedEvent', { RequestCharacters: characters }))
  response.end()
}

interface TextEvent {
  readonly Text: string
  readonly TextType?: string
  readonly FlushStreamConfiguration?: { readonly Force?: boolean }
}

async function speak(
  text: string,
  input: Record<string, string | undefined>,
  { voice, encodeMp3 }: PollyOptions,
): Promise<Buffer> {
  checkVoice(String(input['VoiceId']))
  const sampleRate = Number(input['SampleRate'])
  const isPcm = input['OutputFormat'] === 'pcm'
  if (isPcm && sampleRate !== 8_000 && sampleRate !== 16_000)
    throw new Refusal('InvalidSampleRateException', 400, 'The specified sample rate is not valid')
  if (input['TextType'] === 'ssml' && !/^<speak[\s\S]*<\/speak>$/.test(text.trim()))
    throw new Refusal('InvalidSsmlException', 400, 'Invalid SSML request')
  if (text.length > 3_000)
    throw new Refusal('TextLengthExceededException', 400, 'Maximum text length has been exceeded')
  const samples = await voice(text.replace(/<[^>]+>/g, ''), sampleRate)
  if (isPcm) return samples
  if (!encodeMp3) throw new Refusal('ValidationException', 400, 'no mp3 here')
  return encodeMp3(samples, sampleRate)
}

function checkVoice(voice: string): void {
  if (!VOICES.includes(voice)) throw new Refusal('ValidationException', 400, `This voice does not exist: ${voice}`)
}

/** @throws Refusal when nothing comes for a while */
export async function* withIdleLimit<T>(
  events: AsyncGenerator<T>,
  idleMs: number,
  message = 'idle',
): AsyncGenerator<T> {
  for (;;) {
    let timer: NodeJS.Timeout | undefined
    const idle = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Refusal('ValidationException', 400, message)), idleMs)
    })
    const next = await Promise.race([events.next(), idle]).finally(() => clearTimeout(timer))
    if (next.done) return
    yield next.value
  }
}
