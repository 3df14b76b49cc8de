/** A line to an agent without a room: sound goes in as fast as it is spoken, and what comes back is kept. */
import { ReadableStream } from 'node:stream/web'
import { voice } from '@livekit/agents'
import { AudioFrame } from '@livekit/rtc-node'

const HERTZ = 16_000
const FRAMES_PER_SECOND = 50
const SAMPLES = HERTZ / FRAMES_PER_SECOND

/** The caller's mouth. In between there is silence, as there is in a room. */
export class Mouth extends voice.AudioInput {
  #speech = []
  #timer

  constructor() {
    super()
    const begin = (controller) => {
      let sent = 0
      const startedMs = Date.now()
      this.#timer = setInterval(() => {
        for (; sent < ((Date.now() - startedMs) / 1000) * FRAMES_PER_SECOND; sent++) controller.enqueue(this.#next())
      }, 1000 / FRAMES_PER_SECOND)
    }
    this.multiStream.addInputStream(new ReadableStream({ start: begin, cancel: () => clearInterval(this.#timer) }))
  }

  /** @param {Int16Array} samples at 16 kHz */
  say(samples) {
    for (let at = 0; at < samples.length; at += SAMPLES) this.#speech.push(samples.slice(at, at + SAMPLES))
  }

  async close() {
    clearInterval(this.#timer)
    await super.close()
  }

  #next() {
    const samples = new Int16Array(SAMPLES)
    samples.set(this.#speech.shift() ?? [])
    return new AudioFrame(samples, HERTZ, 1, SAMPLES)
  }
}

/** The caller's ear. Hears an answer at once, and says so. */
export class Ear extends voice.AudioOutput {
  /** Int16Arrays at 16 kHz, as they came. */
  heard = []
  #seconds = 0

  constructor() {
    super(HERTZ)
  }

  async captureFrame(frame) {
    await super.captureFrame(frame)
    if (this.#seconds === 0) this.onPlaybackStarted(Date.now())
    this.heard.push(frame.data.slice())
    this.#seconds += frame.samplesPerChannel / frame.sampleRate
  }

  flush() {
    super.flush()
    this.#finish(false)
  }

  clearBuffer() {
    this.#finish(true)
  }

  #finish(interrupted) {
    if (this.#seconds === 0) return
    const playbackPosition = this.#seconds
    this.#seconds = 0
    this.onPlaybackFinished({ playbackPosition, interrupted })
  }
}
