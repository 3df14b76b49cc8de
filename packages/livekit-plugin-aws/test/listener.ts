import { codedVoice } from '../../../test/voice-services/src/coded-speech.ts'
import { createFeed } from '../src/aws/feed.ts'
import { batchSound, type Sound } from '../src/transcribe/batches.ts'
import { createRecognition, type RecognitionLimits } from '../src/transcribe/recognition.ts'
import { transcribeRequest } from '../src/transcribe/request.ts'
import type { Heard } from '../src/transcribe/result.ts'
import type { World } from './world.ts'

const HERTZ = 8_000
/** Nothing happens by itself. */
const LIMITS: RecognitionLimits = {
  changeFromAgeMs: 60_000,
  changeAtAgeMs: 60_000,
  minValidityMs: 0,
  muteMs: 60_000,
  steadyMs: 60_000,
}

/** Somebody who speaks faster than a person can, and who is listened to. */
export function createListener(world: World, limits: Partial<RecognitionLimits> = {}, timeoutMs = 5_000) {
  const microphone = createMicrophone()
  const heard: Heard[] = []
  const ending = new AbortController()
  const recognition = createRecognition({
    connection: world.connection,
    request: transcribeRequest({ sampleRate: HERTZ }),
    feed: createFeed(batchSound(microphone, HERTZ)),
    timeoutMs,
    limits: { ...LIMITS, ...limits },
    onHeard: (result) => heard.push(result),
    onSent: () => {},
  })
  return {
    microphone,
    heard,
    finals: () => heard.filter(({ isFinal }) => isFinal).map(({ text }) => text),
    run: () => recognition.run(AbortSignal.any([world.signal, ending.signal])),
    stop: () => {
      microphone.end()
      ending.abort()
    },
  }
}

function createMicrophone() {
  const sounds: Sound[] = []
  let wake = (): void => {}
  let isOver = false
  const push = (samples: Int16Array): void => {
    for (let at = 0; at < samples.length; at += HERTZ / 100)
      sounds.push({ samples: samples.subarray(at, at + HERTZ / 100), channels: 1 })
    wake()
  }
  return {
    async next(): Promise<IteratorResult<Sound>> {
      while (sounds.length === 0 && !isOver)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      const value = sounds.shift()
      return value ? { done: false, value } : { done: true, value: undefined }
    },
    async say(text: string): Promise<void> {
      push(new Int16Array(Uint8Array.from(await codedVoice(text, HERTZ)).buffer))
    },
    pause: (seconds: number): void => push(new Int16Array(Math.round(seconds * HERTZ))),
    end(): void {
      isOver = true
      wake()
    },
    /** Waits for the other side. */
    async until(isSo: () => boolean): Promise<void> {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
    },
  }
}
